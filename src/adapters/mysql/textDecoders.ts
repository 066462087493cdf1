/**
 * Decoders of the character sets of servers, by the platform's own TextDecoder, in the shape of iconv-lite, whose place
 * the build gives to this module: the tables of iconv-lite were a quarter of the driver's chunk. Every connection asks for
 * utf8mb4, which the driver decodes by itself: a server sends another set only with `character-set-client-handshake` off.
 */

import { t } from '../../core/l10n';

/** mysql2's names of MySQL's character sets, and those of the Encoding Standard (https://encoding.spec.whatwg.org). */
const labels: Readonly<Record<string, string>> = {
  // MySQL's utf8mb3, which knows no surrogate pairs.
  cesu8: 'utf-8',
  utf16: 'utf-16be',
  big5: 'big5',
  gb2312: 'gbk',
  gbk: 'gbk',
  gb18030: 'gb18030',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  eucjp: 'euc-jp',
  eucjpms: 'euc-jp',
  euckr: 'euc-kr',
  cp866: 'ibm866',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1256: 'windows-1256',
  cp1257: 'windows-1257',
  greek: 'iso-8859-7',
  hebrew: 'iso-8859-8',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  latin2: 'iso-8859-2',
  latin5: 'iso-8859-9',
  latin7: 'iso-8859-13',
  macintosh: 'macintosh',
  macroman: 'macintosh',
  tis620: 'windows-874',
};

/**
 * What decodes a character set; sets that the platform does not know are read as Latin 1, which at least keeps ASCII: a
 * server must not be able to make the driver throw.
 */
export function getDecoder(name: string): { write(bytes: Uint8Array): string; end(): string } {
  const decoder = new TextDecoder(labels[name] ?? 'latin1');
  return {
    // Each piece comes whole from the driver, and one decoder serves all of them: nothing may be left over.
    write: (bytes) => decoder.decode(bytes),
    end: () => '',
  };
}

/** Never called: what is sent is utf8mb4, which the driver encodes by itself. */
export function getEncoder(): never {
  throw new Error(t`Text is sent as utf8mb4 only.`);
}
