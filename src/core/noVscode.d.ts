// Stands in for `vscode` in the core program, so that even a type import of it fails to compile.
export {};
