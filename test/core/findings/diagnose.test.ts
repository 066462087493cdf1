import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../../../src/core/findings/diagnose';
import { rules } from '../../../src/core/findings/rules';
import type { Finding } from '../../../src/core/findings/finding';
import { inGerman } from '../inGerman';
import { golden } from './golden';
import { reachCases } from './reachCases';
import { threadCases } from './threadCases';
import { fleetCases } from './fleetCases';
import { heartbeatCases } from './heartbeatCases';
import { mirrorCases } from './mirrorCases';
import { orchestratorCases } from './orchestratorCases';
import { neighbourCases } from './neighbourCases';
import { wordsOf } from './words';
import type { Case } from './case';

const groups: Readonly<Record<string, readonly Case[]>> = {
  'Reaching a server': reachCases,
  'Threads and settings': threadCases,
  'Servers and clusters': fleetCases,
  Heartbeat: heartbeatCases,
  'Etcd mirrors': mirrorCases,
  Orchestrator: orchestratorCases,
  'Backups, pipelines and consumers': neighbourCases,
};
const cases = Object.values(groups).flat();
const ids = rules.flatMap((rule) => Object.keys(rule.ids));

/** The sections of the design's table that this engine covers, as they were released: ids never change. */
const released = `
instance.unreachable instance.hung instance.accessDenied instance.hostNotAllowed instance.tooManyConnections
instance.tlsFailed instance.identityMismatch monitor.privilegeMissing
replica.notConfigured replica.stoppedByOperator replica.untilReached replica.ioStopped replica.sqlStopped
replica.io.accessDenied replica.io.hostNotAllowed replica.io.unreachable replica.io.unknownHost replica.io.sourceFull
replica.io.tlsRefused replica.io.privilegeMissing replica.io.sameServerId replica.io.userMissing
replica.io.binlogDisabled replica.io.binlogPurged replica.io.impossiblePosition replica.io.positionInsideEvent
replica.io.gtidNotInSource replica.io.gtidDiverged replica.io.gtidPurged replica.io.gtidHole
replica.io.packetTooLarge replica.io.error
replica.sql.duplicateKey replica.sql.rowMissing replica.sql.tableMissing replica.sql.columnMismatch
replica.sql.accountExists replica.sql.foreignKey replica.sql.gtidOutOfOrder replica.sql.relayLogCorrupt
replica.sql.diskFull replica.sql.earlierCommitFailed replica.sql.lockWait replica.sql.error
replica.lag replica.lagUnknown replica.lagMethodsDisagree replica.delayed replica.duplicateServerId
replica.errantTransactions replica.gtidOff replica.writable replica.plaintext replica.filtered replica.wrongSource
cluster.noPrimary cluster.multiplePrimaries cluster.primaryReadOnly cluster.circular cluster.unexpectedPrimary
cluster.versionSkew source.binlogOff source.formatNotRow source.retentionShort source.gtidDomainClash
heartbeat.missing heartbeat.writerStopped heartbeat.staleRows heartbeat.foreignRows heartbeat.clockSkew
mirror.sourceUnreachable mirror.destinationUnreachable mirror.v2Disabled mirror.authRequired mirror.sameCluster
mirror.indexMissing mirror.windowLost mirror.windowShrinking mirror.processDown mirror.stalled mirror.drift
mirror.ignoresActions mirror.leasesLost mirror.compacted
mirror.destinationReadOnly
orchestrator.unreachable orchestrator.notJson orchestrator.unauthorized orchestrator.analysis orchestrator.problem
orchestrator.ghostCluster orchestrator.aliasMissing orchestrator.staleCheck orchestrator.fakeLag orchestrator.disagrees
orchestrator.downtimeForgotten
backup.unreadable backup.missing backup.stale backup.tooSmall backup.sizeJump backup.failed backup.onlyOne backup.running
pipeline.unreadable pipeline.gap pipeline.behind pipeline.silent
burrow.unreachable burrow.groupUnknown consumer.stalled consumer.stopped consumer.lag consumer.incomplete`
  .trim()
  .split(/\s+/);

/** What does not depend on the language: what is found, and each statement in the words, but for what is to be filled in. */
const whatIsFound = (found: readonly Finding[]) =>
  found.map(({ id, severity, subject, evidence, remedy, avoid }) => ({
    ...{ id, severity, subject, measured: evidence.length, isAvoided: avoid !== undefined },
    code: [...remedy.matchAll(/`+[^`]+`+/g)].map(([span]) => span.replace(/<[^>]*>/g, '<>')).sort(),
    lines: remedy.split('\n').length,
  }));

describe('diagnose', () => {
  for (const [group, list] of Object.entries(groups)) {
    describe(group, () => {
      for (const { title, gives, fleet } of list) {
        it(`${title}: ${gives.join(', ') || 'nothing'}`, () => {
          const found = diagnose(fleet());
          assert.deepEqual(
            [...new Set(found.map(({ id }) => id))].sort(),
            [...gives].sort(),
            found.map(({ id, subject, title: words }) => `${id} ${subject}: ${words}`).join('\n'),
          );
          assert.deepEqual(
            inGerman(() => whatIsFound(diagnose(fleet()))),
            whatIsFound(found),
            'it is the same in German',
          );
        });
      }
    });
  }

  it('lists every file of rules/', () => {
    const folder = join(import.meta.dirname, '../../../src/core/findings');
    const list = readFileSync(join(folder, 'rules.ts'), 'utf8');
    const files = readdirSync(join(folder, 'rules')).map((name) => name.replace(/\.ts$/, ''));
    for (const name of files) assert.match(list, new RegExp(`^  ${name},$`, 'm'), `${name} is not listed`);
    assert.equal(rules.length, files.length);
  });

  it('gives every released id by exactly one rule', () => {
    assert.deepEqual([...ids].sort(), [...released].sort());
  });

  it('yields only to rules that come before', () => {
    rules.forEach((rule, index) => {
      const earlier = rules.slice(0, index).flatMap((other) => Object.keys(other.ids));
      for (const start of rule.yieldsTo ?? []) {
        assert.ok(
          earlier.some((id) => id.startsWith(start)),
          `${Object.keys(rule.ids).join()} yields to ${start}, which comes later or never`,
        );
      }
    });
  });

  it('has a case that gives each id, and a case that nearly does', () => {
    for (const id of ids) {
      assert.ok(
        cases.some(({ gives }) => gives.includes(id)),
        `no case gives ${id}`,
      );
    }
    assert.ok(cases.filter(({ gives }) => gives.length === 0).length >= 30);
  });

  it('cuts off nothing of what is said beside a name, in German neither', () => {
    // A single word is a name, as of an analysis of Orchestrator.
    const cut = (found: readonly Finding[]) => found.map(({ short }) => short).filter((short) => / .*…$/.test(short));
    const all = cases.flatMap(({ fleet }) => [...cut(diagnose(fleet())), ...inGerman(() => cut(diagnose(fleet())))]);
    assert.deepEqual(all, []);
  });

  it('says everything a finding has to say, in sentences', () => {
    for (const { title, fleet } of cases) {
      for (const finding of diagnose(fleet())) {
        const where = `${title}: ${finding.id}`;
        assert.match(finding.title, /\.$/, where);
        assert.ok(finding.short.length <= 40, `${where}: "${finding.short}" is too long`);
        assert.ok(finding.evidence.length > 0, `${where}: no evidence`);
        for (const { measured, source, at } of finding.evidence) {
          assert.ok(measured !== '' && source !== '' && at !== '', `${where}: empty evidence`);
        }
        assert.ok(finding.remedy.length > 10, `${where}: no remedy`);
        const words = [finding.title, finding.short, finding.remedy, finding.avoid ?? ''].join('\n');
        // It stands without a label in tickets and hovers.
        assert.match(finding.avoid ?? 'Do not', /^Do not\b/, finding.id);

        assert.doesNotMatch(words, /[\u0000-\u0009\u000b-\u001f]|undefined|\bNaN\b/, where);
        assert.doesNotMatch(words.replace(/[`'].*?[`']/gs, ''), /\b(?:master|slave)s?\b|!/, where);
        assert.doesNotMatch(finding.remedy, /SQL_SLAVE_SKIP_COUNTER|IDEMPOTENT|RESET MASTER/i, where);
      }
    }
  });

  it('sorts worst first, then by subject', () => {
    for (const { title, fleet } of cases) {
      const found = diagnose(fleet()).map(
        ({ severity, subject }) => `${['critical', 'warning', 'info'].indexOf(severity)} ${subject}`,
      );
      assert.deepEqual(found, [...found].sort(), title);
    }
  });

  it('lets the general rule speak where no specific one is', () => {
    const general = rules.filter((rule) => 'replica.io.error' in rule.ids);
    const found = diagnose(threadCases.find(({ title }) => title === '1045')?.fleet() ?? assert.fail(), general);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['replica.io.error'],
    );
  });

  it('words all findings as reviewed', async function () {
    // Laying out the file takes a second, and ten on a busy machine.
    this.timeout(60_000);
    await golden('core/findings/words.golden.md', wordsOf(groups));
  });
});
