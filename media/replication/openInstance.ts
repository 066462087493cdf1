import { type PanelContext } from './context';

/** Opens the panel of another instance; `say` gets the words when that fails, and none when it works. */
export function openInstance({ request }: PanelContext, key: string, say: (words: string) => void): void {
  say('');
  void request({ kind: 'open', subject: { kind: 'instance', key } }).then((answer) => {
    if (answer.kind === 'failed') say(answer.message);
  });
}
