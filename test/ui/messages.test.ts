import assert from 'node:assert/strict';
import { messageText } from '../../src/core/findings/phrase';
import { escapeMarkdown } from '../../src/ui/tree/tooltips';
import { hostileTexts } from '../fuzz/hostileTexts';

/** As VS Code finds links in a message, and runs the commands that they name (linkedText.ts of 1.139). */
const linkInMessage = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('what a message of the editor says', () => {
  for (const [index, hostile] of [...hostileTexts, 'a ]([x](command:evil)', '[x]]](command:evil)'].entries())
    it(`holds no link of a server, and nothing unseen (${index + 1})`, () => {
      const said = messageText(`db1:3306: ${hostile}`);
      assert.doesNotMatch(said, linkInMessage);
      assert.doesNotMatch(said, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    });

  it('is left as it is where it is ours, and cut where nobody reads on', () => {
    assert.equal(messageText('db1 (s1) is as [it] says.'), 'db1 (s1) is as [it] says.');
    assert.equal(messageText('x'.repeat(5000)).length, 1000);
  });
});

describe('what a tooltip says', () => {
  it('holds no address to click', () => {
    assert.equal(escapeMarkdown('see https://evil.example'), String.raw`see https\://evil\.example`);
    assert.equal(escapeMarkdown('db1:3306'), 'db1:3306');
  });
});
