import * as vscode from 'vscode';

/** Shows a document with another text, unsaved: what becomes of the file is the operator's decision. */
export async function proposeText(document: vscode.TextDocument, text: string): Promise<void> {
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, whole, text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}
