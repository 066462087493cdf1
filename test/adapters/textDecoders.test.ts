import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import { getDecoder, getEncoder } from '../../src/adapters/mysql/textDecoders';

interface Iconv {
  encodingExists(name: string): boolean;
  encode(text: string, name: string): Buffer;
}

const require = createRequire(import.meta.url);
const driver = createRequire(require.resolve('mysql2'));
const iconv = driver('iconv-lite') as Iconv;

const texts: Readonly<Record<string, string>> = {
  cesu8: 'Verzögerung 遅延',
  utf16: 'Verzögerung 遅延',
  big5: '資料庫 replica 延遲',
  gb2312: '数据库 replica 延迟',
  gbk: '数据库 replica 延遲',
  gb18030: '数据库 € replica',
  sjis: 'データベース ﾚﾌﾟﾘｶ 遅延',
  cp932: 'データベース ①② 遅延',
  eucjp: 'データベース replica 遅延',
  euckr: '데이터베이스 replica 지연',
  cp866: 'задержка реплики',
  cp1250: 'zpoždění repliky',
  cp1251: 'задержка реплики',
  cp1256: 'تأخير replica',
  cp1257: 'replikos vėlavimas',
  greek: 'καθυστέρηση replica',
  hebrew: 'עיכוב replica',
  koi8r: 'задержка реплики',
  koi8u: 'затримка репліки',
  latin2: 'zpoždění repliky',
  latin5: 'çoğaltıcı gecikmesi',
  latin7: 'replikos vėlavimas',
  macintosh: 'Verzögerung',
  macroman: 'Verzögerung',
  tis620: 'ความล่าช้า replica',
};

describe('decoders of character sets', () => {
  for (const [name, text] of Object.entries(texts))
    it(`decode ${name} as iconv-lite encodes it`, () => {
      // iconv-lite writes a mark of the byte order, and its order is the other one.
      const bytes = name === 'utf16' ? iconv.encode(text, 'utf16be') : iconv.encode(text, name);
      assert.equal(getDecoder(name).write(bytes) + getDecoder(name).end(), text);
    });

  it('decode eucjpms, of which iconv-lite has no table', () => {
    assert.equal(iconv.encodingExists('eucjpms'), false);
    assert.equal(getDecoder('eucjpms').write(iconv.encode('遅延', 'eucjp')), '遅延');
  });

  it('start anew after a piece that ends inside a character', () => {
    const decoder = getDecoder('gbk');
    assert.equal(decoder.write(iconv.encode('数', 'gbk').subarray(0, 1)), '\uFFFD');
    assert.equal(decoder.write(Buffer.from('ok')), 'ok');
  });

  it('read what a server calls anything at all', () => {
    const encodings = driver('./lib/constants/charset_encodings.js') as readonly string[];
    assert.ok(encodings.length > 200);
    for (const name of new Set([...encodings, 'no such set', '']))
      if (!['utf16', 'utf32', 'ucs2'].includes(name))
        assert.equal(getDecoder(name).write(Buffer.from('lag 5')), 'lag 5', name);
  });

  it('encode nothing', () => {
    assert.throws(() => getEncoder(), /utf8mb4 only/);
  });
});
