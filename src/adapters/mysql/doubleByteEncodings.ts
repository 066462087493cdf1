/**
 * Chinese, Japanese and Korean character sets for iconv-lite, decoded by the platform's own TextDecoder. The build puts
 * this in the place of iconv-lite's tables, a fifth of the package. A server sends such text only with
 * `character-set-client-handshake` off, since every connection asks for utf8mb4.
 */

import { t } from '../../core/l10n';

/** MySQL's names as mysql2 passes them on, and those of the Encoding Standard (https://encoding.spec.whatwg.org). */
const labels = {
  big5: 'big5',
  gb2312: 'gbk',
  gbk: 'gbk',
  gb18030: 'gb18030',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  eucjp: 'euc-jp',
  eucjpms: 'euc-jp',
  euckr: 'euc-kr',
} as const;

interface Decoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

/** What iconv-lite makes of an entry's `type`: one for each encoding, with a constructor for each direction. */
class TextDecoderCodec {
  readonly decoder: new () => Decoder;

  /** mysql2 encodes what it sends, and that is utf8mb4. */
  get encoder(): never {
    throw new Error(t`Text is sent as utf8mb4 only.`);
  }

  constructor({ label }: { readonly label: string }) {
    this.decoder = class implements Decoder {
      readonly #decoder = new TextDecoder(label);
      // Each piece comes whole from the driver, and one decoder serves all of them: nothing may be left over.
      write(bytes: Uint8Array): string {
        return this.#decoder.decode(bytes);
      }
      end(): string {
        return '';
      }
    };
  }
}

/** In the shape of iconv-lite's `encodings/dbcs-data.js`. */
export const doubleByteEncodings: Readonly<Record<string, unknown>> = {
  _textDecoder: TextDecoderCodec,
  ...Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, { type: '_textDecoder', label }])),
};
