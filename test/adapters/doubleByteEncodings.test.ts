import { strict as assert } from 'node:assert';
import { createRequire } from 'node:module';
import { doubleByteEncodings } from '../../src/adapters/mysql/doubleByteEncodings';

interface Iconv {
  encodings: Record<string, unknown>;
  _codecDataCache: Record<string, unknown>;
  encodingExists(name: string): boolean;
  encode(text: string, name: string): Buffer;
  decode(bytes: Buffer, name: string): string;
  getEncoder(name: string): unknown;
}

const require = createRequire(import.meta.url);
const load = (): Iconv => {
  const file = createRequire(require.resolve('mysql2')).resolve('iconv-lite');
  for (const each of Object.keys(require.cache))
    if (each.includes('iconv-lite')) Reflect.deleteProperty(require.cache, each);
  return require(file) as Iconv;
};

const texts: Record<string, string> = {
  big5: '資料庫 replica 延遲',
  gb2312: '数据库 replica 延迟',
  gbk: '数据库 replica 延遲',
  gb18030: '数据库 € replica',
  sjis: 'データベース ﾚﾌﾟﾘｶ 遅延',
  cp932: 'データベース ①② 遅延',
  eucjp: 'データベース replica 遅延',
  euckr: '데이터베이스 replica 지연',
};

describe('doubleByteEncodings', () => {
  const withTables = load();
  withTables.encodingExists('gbk');
  const withoutTables = load();
  withoutTables.encodingExists('utf8');
  for (const [name, value] of Object.entries(withoutTables.encodings)) {
    const type = (value as { type?: string } | undefined)?.type;
    if (type === '_dbcs' || name === '_dbcs') Reflect.deleteProperty(withoutTables.encodings, name);
  }
  Object.assign(withoutTables.encodings, doubleByteEncodings);

  for (const [name, text] of Object.entries(texts)) {
    it(`decodes ${name} as iconv-lite's own tables do`, () => {
      const bytes = withTables.encode(text, name);
      assert.equal(withTables.decode(bytes, name), text);
      assert.equal(withoutTables.decode(bytes, name), text);
    });
  }
  it('decodes eucjpms, of which iconv-lite has no table', () => {
    assert.equal(withTables.encodingExists('eucjpms'), false);
    assert.equal(withoutTables.decode(withTables.encode('遅延', 'eucjp'), 'eucjpms'), '遅延');
  });
  it('starts anew after a piece that ends inside a character', () => {
    const half = withTables.encode('数', 'gbk').subarray(0, 1);
    assert.equal(withoutTables.decode(half, 'gbk'), '\uFFFD');
    assert.equal(withoutTables.decode(Buffer.from('ok'), 'gbk'), 'ok');
  });
  it('encodes nothing', () => {
    assert.throws(() => withoutTables.getEncoder('gbk'), /utf8mb4 only/);
  });
});
