// The table of ARCHITECTURE.md, enforced. In flat config a later block replaces a rule's whole options, so each
// room's block is complete in itself, and the block for ui models comes after the one for ui.
import tseslint from 'typescript-eslint';

/** @param {string[]} group @param {string} message */
const pattern = (group, message) => ({ group, message });

const drivers = pattern(
  ['mysql2', 'mysql2/*', 'undici'],
  'Drivers stop at the adapters: add a method to a port in src/ports.ts and implement it in src/adapters.',
);
const vscode = pattern(
  ['vscode'],
  'Only src/ui and src/extension.ts know vscode: pass plain values and AbortSignal down.',
);
const node = pattern(['node:*'], 'This room is pure: read it in an adapter and pass the value in.');
const room = (/** @type {string[]} */ names, /** @type {string} */ message) =>
  pattern(
    names.flatMap((name) => [`**/${name}/**`, `**/${name}`]),
    message,
  );

const imports = (/** @type {object[]} */ patterns) => ({
  'no-restricted-imports': 'off',
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.vscode-test', 'test/recordings'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'media/tsconfig.json', 'test/window/pages/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // "return;" in one arm and a value in the other is a bug; naming undefined is how unknown is said here.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Index signatures are read with brackets (noPropertyAccessFromIndexSignature); this rule wants the contrary.
      '@typescript-eslint/dot-notation': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      ...imports([
        vscode,
        node,
        drivers,
        room(['app', 'adapters', 'ui', 'protocol', 'ports'], 'Core imports nothing but core.'),
      ]),
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'setTimeout', 'setInterval', 'fetch', 'console'].map((name) => ({
          name,
          message: 'Core is pure: take the value as an argument.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Core has no clock: take the instant as an argument.',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Core has no clock: take the instant as an argument.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Core has no randomness.',
        },
      ],
    },
  },
  {
    files: ['src/ports.ts'],
    rules: imports([vscode, node, drivers, room(['app', 'adapters', 'ui', 'protocol'], 'Ports name core types only.')]),
  },
  {
    files: ['src/app/**/*.ts'],
    rules: imports([
      vscode,
      drivers,
      room(['adapters', 'ui', 'protocol'], 'App knows core and ports; extension.ts hands it the adapters.'),
    ]),
  },
  {
    files: ['src/adapters/**/*.ts'],
    rules: imports([
      vscode,
      room(['app', 'ui', 'protocol'], 'An adapter implements a port and knows nothing above it.'),
    ]),
  },
  {
    files: ['src/protocol/**/*.ts'],
    rules: imports([
      vscode,
      node,
      drivers,
      room(['app', 'adapters', 'ui', 'ports'], 'Messages are made of core types.'),
    ]),
  },
  {
    files: ['src/ui/**/*.ts'],
    rules: {
      ...imports([drivers, room(['adapters'], 'The ui asks app or a port; extension.ts constructs the adapters.')]),
      'no-restricted-properties': [
        'error',
        ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage'].map((property) => ({
          property,
          message: 'A message draws links of a server that run commands: take those of messages.ts.',
        })),
      ],
    },
  },
  {
    files: ['src/ui/messages.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/ui/**/model.ts'],
    rules: imports([
      vscode,
      node,
      drivers,
      room(['adapters'], 'A model turns snapshots into plain nodes, without vscode.'),
    ]),
  },
  {
    files: ['media/**/*.ts'],
    rules: {
      ...imports([vscode, node, drivers, room(['app', 'adapters', 'ui', 'ports'], 'A panel knows its protocol only.')]),
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
          property,
          message: 'Server text is attacker-controlled: build elements and set textContent.',
        })),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Scripts and reporters speak to the terminal; mocha's describe and it return promises that it awaits itself.
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
