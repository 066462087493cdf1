import { h } from './dom';

export interface FilterBoxOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
}

/** A search box that `/` focuses from anywhere in the panel while it is seen, and Escape empties. */
export function filterBox({ label, placeholder, value, onInput }: FilterBoxOptions): {
  readonly element: HTMLInputElement;
} {
  const element = h('input', {
    ...{ type: 'search', class: 'filter', placeholder, 'aria-label': label, spellcheck: 'false' },
  });
  element.value = value;
  element.addEventListener('input', () => {
    onInput(element.value);
  });
  element.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || element.value === '') return;
    element.value = '';
    onInput('');
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement;
    const isSeen = element.offsetParent !== null;
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey || !isSeen) return;
    event.preventDefault();
    element.focus();
    element.select();
  });
  return { element };
}
