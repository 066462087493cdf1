// Stands in for a language model. The answer goes to the clipboard, where the test reads it.
const vscode = require('vscode');

exports.activate = (context) => {
  const tell = (text) => vscode.env.clipboard.writeText(text);
  context.subscriptions.push(
    vscode.commands.registerCommand('companion.listTools', () =>
      tell(JSON.stringify(vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('replideck')))),
    ),
    vscode.commands.registerCommand('companion.turnToolsOff', async () => {
      const configuration = vscode.workspace.getConfiguration('replideck');
      await configuration.update('languageModelTools', false, vscode.ConfigurationTarget.Global);
      await tell('off');
    }),
    vscode.commands.registerCommand('companion.askTool', async () => {
      const asked = await vscode.window.showInputBox({ prompt: 'Tool and input, as JSON' });
      try {
        const { name, input } = JSON.parse(asked);
        const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
        await tell(`answer: ${content.map(({ value }) => value).join('')}`);
      } catch (error) {
        await tell(`error: ${error.message}`);
      }
    }),
  );
};
