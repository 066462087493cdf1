import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A text in the code, with `{0}` for the first thing that is filled in. */
export interface Text {
  readonly file: string;
  readonly line: number;
  readonly key: string;
}

export interface Texts {
  /** What `t` says, what is counted, and words of a closed list: the keys of a bundle. */
  readonly messages: readonly Text[];
  /** What looks like a text for people and is no message. */
  readonly bare: readonly (Text & { readonly node: ts.Node })[];
}

/** Every source file below a folder. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => path.join(folder, file))
    .sort();
}

export function textsOf(file: string): Texts {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
  const messages: Text[] = [];
  const bare: (Text & { node: ts.Node })[] = [];
  const at = (node: ts.Node, key: string) => ({
    file,
    line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    key,
  });
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 't') {
      messages.push(at(node, keyOf(node.template)));
      if (ts.isTemplateExpression(node.template))
        for (const span of node.template.templateSpans) visit(span.expression);
      return;
    }
    if (ts.isCallExpression(node) && node.expression.getText() === 'formatCount') {
      const [, noun, plural] = node.arguments;
      for (const word of countedWords(noun, plural)) messages.push(at(node, word));
      for (const argument of node.arguments) if (argument !== noun && argument !== plural) visit(argument);
      return;
    }
    if (isText(node)) {
      const key = keyOf(node);
      if ((isProse(key, file) || isPartOfProse(node, key)) && !isForMachines(node))
        bare.push({ ...at(node, key), node });
    }
    // What a rule explains is for docs/findings.md, which is English.
    if (ts.isVariableDeclaration(node) && node.name.getText().endsWith('Explained')) return;
    if (!ts.isTypeNode(node) && !ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) {
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  return { messages, bare };
}

type TextNode = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

function isText(node: ts.Node): node is TextNode {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

function keyOf(node: ts.TemplateLiteral | ts.StringLiteral): string {
  if (!ts.isTemplateExpression(node)) return node.text;
  return node.templateSpans.reduce((key, { literal }, index) => `${key}{${index}}${literal.text}`, node.head.text);
}

/** `{0} instance` and `{0} instances`: formatCount puts these together. */
function countedWords(noun: ts.Node | undefined, plural: ts.Node | undefined): string[] {
  if (noun === undefined || !ts.isStringLiteral(noun)) return [];
  const many = plural !== undefined && ts.isStringLiteral(plural) ? plural.text : `${noun.text}s`;
  return [`{0} ${noun.text}`, `{0} ${many}`];
}

/** A statement, a command, a class or a path rather than words. */
const codeLike =
  /^\s*(?:SELECT|SHOW|SET|STOP|START|CHANGE|GRANT|REVOKE|CREATE|ALTER|DROP|KILL|FLUSH|RESET|PURGE|INSERT|UPDATE|DELETE|USE|LOCK|UNLOCK|CALL|WITH|FROM|WHERE|AND|ORDER|LEFT|JOIN|ON|REPLACE|INSTALL|ANALYZE|EXPLAIN|DO|RENAME|IDENTIFIED|REQUIRE|DEFAULT|ACCOUNT|PASSWORD|COLLATE|LIMIT|GROUP|UNION|BEGIN|COMMIT|HANDLER|WHEN|CASE)\b|^(?:curl \{|sudo |systemctl [\w-]+ \{0\}$|etcdctl |mysqlbinlog |GTID_SUBTRACT\(|-- |\$(?:s|\{)?\/|\$\{\/|\/etc\/|(?:\{0\}: 100 )?Key not found$|[A-Z]\w+_[A-Z]\w+ |[A-Z][a-z]+(?:[A-Z][a-z]+)+ true$|Basic |Bearer |application\/)/;

function isProse(key: string, file: string): boolean {
  if (codeLike.test(key)) return false;
  const words = key.replace(/`[^`]*`|\{\d+\}|\$\{?\w+\}?/g, '\u0000');
  if (/[A-Za-z][a-z]+[,:;.]? +[a-zA-Z][a-z]|[a-z]{3,}[,:;.]? +\u0000|\u0000[,:;.]? +\(?[a-z]{2,}/.test(words))
    return true;
  // One word for itself is a label only where something is drawn.
  return /[\\/](?:ui|media)[\\/]/.test(file) && /^[A-Z][a-z]{2,}$/.test(key) && key !== 'Replideck';
}

/** A word that a text takes in: `${count === 1 ? 'is' : 'are'}`. */
function isPartOfProse(node: ts.Node, key: string): boolean {
  if (!/[a-z]{2,}/.test(key) || codeLike.test(key)) return false;
  let inner = node;
  let outer = node.parent;
  while (
    (ts.isConditionalExpression(outer) && outer.condition !== inner) ||
    ts.isParenthesizedExpression(outer) ||
    (ts.isBinaryExpression(outer) && outer.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
  ) {
    inner = outer;
    outer = outer.parent;
  }
  if (!ts.isTemplateSpan(outer)) return false;
  const text = outer.parent;
  return ts.isTaggedTemplateExpression(text.parent)
    ? text.parent.tag.getText() === 't'
    : isProse(keyOf(text), node.getSourceFile().fileName);
}

/** Calls whose texts nobody but a developer reads. */
const machineCalls =
  /(?:^|\.)(?:#?log\.\w+|reportError|#reportError|querySelector|closest|createElement|setAttribute|getAttribute|oneOf|endFigure|setContext|executeCommand|getConfiguration)$/;

function isForMachines(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && /^[!=]==?$|^<|^>|^in$/.test(parent.operatorToken.getText())) return true;
  if (isInAttribute(node) || isPage(node)) return true;
  if (ts.isCaseClause(parent) || ts.isElementAccessExpression(parent) || ts.isImportDeclaration(parent)) return true;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return true;
  if (ts.isTaggedTemplateExpression(parent)) return true;
  if (ts.isCallExpression(parent) && machineCalls.test(parent.expression.getText().replaceAll('?', ''))) return true;
  if (
    ts.isCallExpression(parent) &&
    /\.(?:includes|startsWith|endsWith|split|join|indexOf|replaceAll|replace|test|localeCompare|has|get)$/.test(
      parent.expression.getText(),
    )
  )
    return true;
  if (ts.isNewExpression(parent) && /^(?:RegExp|TypeError|RangeError)$/.test(parent.expression.getText())) return true;
  return false;
}

/** Of an element of a page: classes, ids and such. */
function isInAttribute(node: ts.Node): boolean {
  let outer = node.parent;
  while (ts.isConditionalExpression(outer) || ts.isTemplateSpan(outer) || ts.isTemplateExpression(outer)) {
    outer = outer.parent;
  }
  if (ts.isCallExpression(outer) && /(?:^|\.)setAttribute$/.test(outer.expression.getText())) return true;
  if (ts.isPropertyAssignment(outer))
    return /^(?:class|id|href|type|role|kind|command|font|contextValue|scheme|path)$/.test(outer.name.getText());
  return ts.isBinaryExpression(outer) && /\.(?:className|id)$/.test(outer.left.getText());
}

/** The frame of a webview and its policy, with what is filled in there. */
function isPage(node: ts.Node): boolean {
  let outer = node;
  while (!ts.isStatement(outer)) {
    if (/^`<!DOCTYPE|^`\w+-src /.test(outer.getText())) return true;
    outer = outer.parent;
  }
  return false;
}
