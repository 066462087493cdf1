import { type Evidence } from '../../src/core/findings/finding';
import { age } from './clock';
import { h, type Piece, setAttribute, setFigure, setText } from './dom';

/** What was measured, by which statement, and how long ago. */
export function evidenceLine(): Piece<Evidence> {
  const measured = h('code');
  const source = h('span', { class: 'source' });
  const taken = age();
  return {
    element: h('li', {}, measured, h('span', { class: 'caption' }, source, h('span', {}, ' · ', taken.element))),
    update: (value) => {
      setFigure(measured, value.measured);
      setText(source, value.source);
      // Some statements are long: clipped to a line, whole in the tooltip.
      setAttribute(source, 'title', value.source);
      taken.update(value.at);
    },
  };
}
