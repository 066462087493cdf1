/** Literals that carry a secret, by what stands before them in SQL, option files and command lines. */
const secretLiterals = [
  /(\bIDENTIFIED\s+(?:BY|VIA|WITH)\b(?:\s+PASSWORD)?(?:\s+[`'"]?\w+[`'"]?\s+(?:AS|USING|BY))?\s+)('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|0x[\da-f]+)/gi,
  /(\b(?:MASTER_PASSWORD|SOURCE_PASSWORD|PASSWORD)\s*(?:=|\()\s*)('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")/gi,
  /(\b(?:USING|AS)\s+)('(?:[^'\\]|\\.|'')*'|0x[\da-f]+)/gi,
  /(^\s*(?:password|pass)\s*[=:]\s*)(\S.*)$/gim,
  /(--password=)(\S+)/gi,
];

/** What is a hash or a key by its own look, wherever it stands. */
const secretShapes = [
  /\*[\dA-F]{40}\b/g,
  /\$A\$[\dA-F]{2,3}\$[^\s'"]+/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Text without passwords, hashes and private keys. For logs, tickets and everything else that leaves the editor. */
export function redact(text: string): string {
  let redacted = text;
  for (const pattern of secretLiterals) redacted = redacted.replace(pattern, '$1<secret>');
  for (const pattern of secretShapes) redacted = redacted.replace(pattern, '<secret>');
  return redacted;
}
