import { formatAge } from '../../src/core/words';
import { h, setAttribute, setText } from './dom';

let offsetMs = 0;

/** The panel may run on another machine than the extension: ages are counted on the extension's clock. */
export function setHostClock(sentAt: string | undefined): void {
  const sent = sentAt === undefined ? NaN : Date.parse(sentAt);
  offsetMs = Number.isNaN(sent) ? 0 : sent - Date.now();
}

/** Milliseconds since the epoch by the extension's clock. */
export function hostNow(): number {
  return Date.now() + offsetMs;
}

/** `8 s ago`, ticking, with the exact instant in the tooltip. */
export function age(): { readonly element: HTMLTimeElement; readonly update: (at: string | undefined) => void } {
  const element = h('time', { class: 'age' });
  return {
    element,
    update: (at) => {
      if (element.getAttribute('datetime') !== (at ?? null)) {
        setAttribute(element, 'datetime', at);
        // Words for an instant cost more than everything else in a row, so only for another instant.
        setAttribute(element, 'title', at === undefined ? undefined : exactTime(at));
      }
      write(element);
    },
  };
}

/** Local time and UTC: the first is the operator's, the second the servers'. */
export function exactTime(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? at
    : `${date.toLocaleString(undefined, { hour12: false })} (${date.toISOString()})`;
}

function write(element: Element): void {
  const at = Date.parse(element.getAttribute('datetime') ?? '');
  setText(element, Number.isNaN(at) ? '' : formatAge((hostNow() - at) / 1000));
}

window.setInterval(() => {
  for (const element of document.querySelectorAll('time.age')) write(element);
}, 1000);
