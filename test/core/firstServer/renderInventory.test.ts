import assert from 'node:assert/strict';
import { renderInventory, secretName, type InventoryDraft } from '../../../src/core/firstServer/renderInventory';
import { parseInventory } from '../../../src/core/inventory/parseInventory';

const draft: InventoryDraft = { host: 'db1', port: 3306, user: 'replideck', secret: 'replideck@db1' };

describe('the text of a new inventory', () => {
  const drafts: readonly InventoryDraft[] = [
    draft,
    { ...draft, host: '127.0.0.1', port: 3307 },
    { host: 'fd00::1', port: 3306, user: "o'hara: #1 }", secret: secretName("o'hara: #1 }", 'fd00::1') },
    { host: 'true', port: 1, user: 'null', secret: '"x"' },
  ];
  for (const each of drafts) {
    it(`reads back as what was answered, ${each.user} at ${each.host}`, () => {
      const more = [
        { host: 'db2', port: 3311, isPortGuessed: false },
        { host: '::2', port: 3306, isPortGuessed: true },
      ];
      const { inventory, problems } = parseInventory(renderInventory(each, more, 'mysql'));
      assert.deepEqual(problems, []);
      assert.deepEqual(
        inventory.instances.map(({ host, port }) => [host, port]),
        [
          [each.host, each.port],
          ['db2', 3311],
          ['::2', 3306],
        ],
      );
      const [first] = inventory.instances;
      assert.deepEqual(first?.credentials, {
        name: 'monitor',
        user: each.user,
        password: { kind: 'secret', name: each.secret },
      });
      assert.equal(first.tls.mode, 'preferred');
      assert.equal(inventory.clusters[0]?.production, true);
    });
  }

  it('marks a guessed port in the file too, and only that', () => {
    const text = renderInventory(draft, [
      { host: 'db2', port: 3306, isPortGuessed: true },
      { host: 'db3', port: 3306, isPortGuessed: false },
    ]);
    assert.match(text, /- db2:3306 +# the port is a guess/);
    assert.match(text, /- db3:3306\n/);
  });

  it('has comments that can be taken in: each is right when its # is removed', () => {
    const text = renderInventory(draft);
    const taken = text.replaceAll(/^( *)# ((?:pollSeconds|thresholds|heartbeat|primary):)/gm, '$1$2');
    assert.notEqual(taken, text);
    const { inventory, problems } = parseInventory(taken);
    assert.deepEqual(problems, []);
    assert.deepEqual(inventory.clusters[0]?.primary, { kind: 'single', key: 'db1:3306' });
    assert.equal(inventory.instances[0]?.heartbeatTable, 'heartbeat.heartbeat');
  });

  it('tells what the account needs on the server that answered, else on both kinds', () => {
    assert.match(renderInventory(draft, [], 'mariadb'), /SLAVE MONITOR, BINLOG MONITOR, PROCESS/);
    assert.doesNotMatch(renderInventory(draft, [], 'mariadb'), /performance_schema/);
    assert.match(renderInventory(draft, [], 'mysql'), /performance_schema/);
    assert.match(renderInventory(draft), /SLAVE MONITOR[\s\S]*performance_schema/);
  });
});
