import * as vscode from 'vscode';
import { setMessages } from '../core/l10n';

// First of all that extension.ts imports: VS Code has loaded the messages of its language by then, and modules that
// are loaded afterwards make texts of them.
setMessages(vscode.l10n.bundle);
