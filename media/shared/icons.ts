import book from '@vscode/codicons/src/icons/book.svg';
import check from '@vscode/codicons/src/icons/check.svg';
import checklist from '@vscode/codicons/src/icons/checklist.svg';
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg';
import circleSlash from '@vscode/codicons/src/icons/circle-slash.svg';
import copy from '@vscode/codicons/src/icons/copy.svg';
import debugDisconnect from '@vscode/codicons/src/icons/debug-disconnect.svg';
import debugStop from '@vscode/codicons/src/icons/debug-stop.svg';
import diffAdded from '@vscode/codicons/src/icons/diff-added.svg';
import diffModified from '@vscode/codicons/src/icons/diff-modified.svg';
import diffRemoved from '@vscode/codicons/src/icons/diff-removed.svg';
import diff from '@vscode/codicons/src/icons/diff.svg';
import error from '@vscode/codicons/src/icons/error.svg';
import info from '@vscode/codicons/src/icons/info.svg';
import lock from '@vscode/codicons/src/icons/lock.svg';
import pass from '@vscode/codicons/src/icons/pass.svg';
import question from '@vscode/codicons/src/icons/question.svg';
import refresh from '@vscode/codicons/src/icons/refresh.svg';
import sync from '@vscode/codicons/src/icons/sync.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';

const sources = {
  book,
  check,
  checklist,
  chevronRight,
  circleSlash,
  copy,
  debugDisconnect,
  debugStop,
  diff,
  diffAdded,
  diffModified,
  diffRemoved,
  error,
  info,
  lock,
  pass,
  question,
  refresh,
  sync,
  warning,
} as const;

export type IconName = keyof typeof sources;

const parsed = new Map<IconName, Element>();

/** A codicon as an element. It carries no meaning alone: a word or a label always stands with it. */
export function icon(name: IconName, className = ''): Element {
  let template = parsed.get(name);
  if (template === undefined) {
    template = new DOMParser().parseFromString(sources[name], 'image/svg+xml').documentElement;
    template.setAttribute('aria-hidden', 'true');
    parsed.set(name, template);
  }
  const element = document.importNode(template, true);
  element.setAttribute('class', `icon ${className}`.trim());
  element.setAttribute('data-icon', name);
  return element;
}

/** Puts another icon in the place of the one in `holder`, if it is another one. */
export function setIcon(holder: Element, name: IconName, className: string): void {
  const present = holder.firstElementChild;
  if (present?.getAttribute('data-icon') === name && present.getAttribute('class') === `icon ${className}`.trim())
    return;
  holder.replaceChildren(icon(name, className));
}
