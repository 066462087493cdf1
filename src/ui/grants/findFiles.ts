import * as vscode from 'vscode';

/** Below `**`: deeper than any folder of templates. */
const maxDepth = 8;

/**
 * Files below the part of a glob that has no wildcard, as deep as it can reach; the caller tells which fit. Not VS
 * Code's search, which knows workspace folders only and obeys what the user hides from searches.
 */
export async function findFiles(folder: vscode.Uri, glob: string): Promise<readonly vscode.Uri[]> {
  const parts = glob.split('/').filter((part) => part !== '.');
  const wild = parts.findIndex((part) => /[*?[{]/.test(part));
  if (wild < 0) {
    const siblings = await readFolder(vscode.Uri.joinPath(folder, ...parts.slice(0, -1)));
    return siblings.some(([name]) => name === parts.at(-1)) ? [vscode.Uri.joinPath(folder, ...parts)] : [];
  }
  const depth = parts.slice(wild).includes('**') ? maxDepth : parts.length - wild;
  return walk(vscode.Uri.joinPath(folder, ...parts.slice(0, wild)), depth);
}

async function walk(folder: vscode.Uri, depth: number): Promise<readonly vscode.Uri[]> {
  const entries = await readFolder(folder);
  const found = await Promise.all(
    entries.map(async ([name, type]): Promise<readonly vscode.Uri[]> => {
      const uri = vscode.Uri.joinPath(folder, name);
      if ((type & vscode.FileType.Directory) === 0) return [uri];
      return depth > 1 && name !== '.git' && name !== 'node_modules' ? walk(uri, depth - 1) : [];
    }),
  );
  return found.flat();
}

/** Empty where there is no such folder. */
async function readFolder(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
