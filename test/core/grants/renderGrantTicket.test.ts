import assert from 'node:assert/strict';
import { renderGrantTicket } from '../../../src/core/grants/renderGrantTicket';
import { reviewTemplate } from '../../../src/core/grants/reviewTemplate';
import { serverAfter } from './compare';

const text = `CREATE USER 'app'@'10.%' IDENTIFIED BY '<%= @app_password %>';
GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%';
`;
const path = 'grants/shop.sql.erb';
const readAt = (key: string) => (key === 'db3:3306' ? undefined : '2026-11-29T02:00:00.000Z');
const onServer = (more: string) => serverAfter(`CREATE USER 'app'@'10.%' IDENTIFIED BY 'canary-of-tickets'; ${more}`);

describe('grants as a ticket', () => {
  const review = reviewTemplate(text, [
    {
      variables: {},
      instances: [
        { key: 'db1:3306', grants: onServer("GRANT SELECT, INSERT ON shop.* TO 'app'@'10.%'") },
        {
          key: 'db2:3306',
          grants: onServer(
            "GRANT SELECT ON shop.* TO 'app'@'10.%'; CREATE USER 'left'@'%' IDENTIFIED BY 'canary-of-tickets'",
          ),
        },
        { key: 'db3:3306' },
      ],
    },
  ]);
  const ticket = renderGrantTicket({ path, text, review, readAt });

  it('says of each instance how it is and when it was read', () => {
    assert.match(ticket, /^# Grants against grants\/shop\.sql\.erb\n/);
    assert.match(ticket, /\| db1:3306 \| as the template says \| 2026-11-29T02:00:00\.000Z \|/);
    assert.match(ticket, /\| db2:3306 \| one account differs \|/);
    assert.match(ticket, /\| db3:3306 \| not read \| {2}\|/);
  });

  it('names each difference with its line, and what only servers have', () => {
    assert.match(ticket, /- Line 2, on db2:3306: `'app'@'10\.%'` lacks INSERT on/);
    assert.doesNotMatch(ticket, /on db1:3306:/);
    assert.match(ticket, /## Accounts that only servers have\n\n- `'left'@'%'`: db2:3306/);
  });

  it('holds no password and no hash', () => {
    assert.ok(!ticket.includes('canary-of-tickets'), ticket);
    assert.doesNotMatch(ticket, /\*[0-9A-F]{40}/);
    const secret = renderGrantTicket({ path: "x IDENTIFIED BY 'canary-of-tickets'", text, review, readAt });
    assert.ok(!secret.includes('canary-of-tickets'), secret);
  });

  it('says why nothing was compared', () => {
    const refused = reviewTemplate('SELECT 1;\n', [{ variables: {}, instances: [] }]);
    assert.match(
      renderGrantTicket({ path, text: '', review: { ...refused, refused: 'It is no template.' }, readAt }),
      /✗ It is no template\./,
    );
  });
});
