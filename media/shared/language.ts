import { type Messages, setMessages } from '../../src/core/l10n';

// First of all that a page imports. The block is data: it is there where the editor speaks another language.
const block = document.getElementById('messages')?.textContent ?? '';
if (block !== '') setMessages(JSON.parse(block) as Messages);
