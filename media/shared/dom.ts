import { unseen } from '../../src/core/unseen';

/**
 * Elements by DOM calls only: every text that comes from a server goes through `textContent` or a text node, with what
 * nobody would see made visible.
 */

/** Tabs and line breaks stay: a statement is shown as it was written. */
const escaped = new RegExp(String.raw`[${unseen}](?<![\t\n\r])`, 'g');
/** Characters of one text that are drawn. Laying out megabytes of a server would stop the window; a copy has them all. */
const maxShown = 20_000;

function shown(text: string): string {
  const head = text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
  return head.replace(escaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

type Child = Node | string | undefined;
type Props = Readonly<Record<string, string | boolean | number | ((event: Event) => void) | undefined>>;

/** `h('p', { class: 'note', title }, 'words')`; a function is a listener, `true` an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  assign(element, props);
  append(element, children);
  return element;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgNamespace, tag);
  assign(element, props);
  append(element, children);
  return element;
}

function assign(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else setAttribute(element, name, value);
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children)
    if (child !== undefined) element.append(typeof child === 'string' ? shown(child) : child);
}

/** Writes only what differs, so that an unchanged panel costs no layout. */
export function setAttribute(element: Element, name: string, value: string | boolean | number | undefined): void {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  const before = element.getAttribute(name);
  if (before !== text && before !== shown(text)) element.setAttribute(name, shown(text));
}

/**
 * Sets the text of an element that holds nothing but text. The text node stays, so that a selection that reaches over
 * it does too. Returns whether it changed.
 */
export function setText(element: Element, given: string): boolean {
  const node = element.firstChild;
  // Most are the same as before, and there is nothing to look for in them.
  if (node instanceof Text && node.data === given) return false;
  const text = shown(given);
  if (!(node instanceof Text)) {
    element.textContent = text;
    return text !== '';
  }
  if (node.data === text) return false;
  node.data = text;
  return true;
}

const unmarking = new WeakMap<Element, number>();

/** Like `setText` for a figure: a change is marked for two seconds (by the style sheet, so not under reduced motion). */
export function setFigure(element: Element, text: string): void {
  const before = element.firstChild;
  if (!setText(element, text) || before === null) return;
  element.classList.add('changed');
  window.clearTimeout(unmarking.get(element));
  unmarking.set(
    element,
    window.setTimeout(() => {
      element.classList.remove('changed');
    }, 2000),
  );
}

/** An element and how to show another value in it. */
export interface Piece<T, E extends Element = HTMLElement> {
  readonly element: E;
  readonly update: (value: T) => void;
}

/**
 * Keeps the children of `parent` in step with a list: pieces are found again by key and patched, moved only when their
 * order changed, so that focus, selection and scroll stay where they are.
 */
export function keyed<T, E extends Element = HTMLElement>(
  parent: Element,
  keyOf: (item: T, index: number) => string,
  create: (item: T) => Piece<T, E>,
): (items: readonly T[]) => void {
  const pieces = new Map<string, Piece<T, E>>();
  return (items) => {
    const wanted = new Set<string>();
    const ordered = items.map((item, index) => {
      let key = keyOf(item, index);
      // Two of one key would fight over one element; a server may well name two things alike.
      while (wanted.has(key)) key += '\n';
      wanted.add(key);
      let piece = pieces.get(key);
      if (piece === undefined) {
        piece = create(item);
        pieces.set(key, piece);
      }
      piece.update(item);
      return piece.element;
    });
    for (const [key, { element }] of pieces) {
      if (wanted.has(key)) continue;
      element.remove();
      pieces.delete(key);
    }
    place(parent, ordered);
  };
}

function place(parent: Element, ordered: readonly Element[]): void {
  if (isInPlace(parent, ordered)) return;
  const focused = document.activeElement;
  const moving = toMove(parent, ordered);
  const skipMoving = (from: Element | null): Element | null => {
    let next = from;
    while (next !== null && moving.has(next)) next = next.nextElementSibling;
    return next;
  };
  let next = skipMoving(parent.firstElementChild);
  for (const element of ordered) {
    if (element === next) next = skipMoving(next.nextElementSibling);
    else parent.insertBefore(element, next);
  }
  // Moving an element takes the focus from what is inside it.
  if (focused instanceof HTMLElement && document.activeElement !== focused && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

function isInPlace(parent: Element, ordered: readonly Element[]): boolean {
  let next = parent.firstElementChild;
  return ordered.every((element) => {
    const isNext = element === next;
    next = element.nextElementSibling;
    return isNext;
  });
}

/**
 * The fewest elements that have to move, so that one row that sinks to the end does not move all others: those outside
 * the longest increasing subsequence of the present order.
 */
function toMove(parent: Element, ordered: readonly Element[]): ReadonlySet<Element> {
  const rank = new Map(ordered.map((element, index) => [element, index]));
  const present = [...parent.children].filter((element) => rank.has(element));
  const rankOf = (element: Element | undefined): number => (element && rank.get(element)) ?? -1;
  // By length: the end of the run of that length with the lowest rank; and what stands before each in its run.
  const ends: Element[] = [];
  const before = new Map<Element, Element | undefined>();
  for (const element of present) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rankOf(ends[middle]) < rankOf(element)) low = middle + 1;
      else high = middle;
    }
    before.set(element, ends[low - 1]);
    ends[low] = element;
  }
  const moving = new Set(ordered);
  for (let stays = ends.at(-1); stays !== undefined; stays = before.get(stays)) moving.delete(stays);
  return moving;
}
