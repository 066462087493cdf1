import { factsOf } from '../findings/fleetFacts';
import { quoteSqlString } from '../guard/quoteSql';
import { textOf } from '../replication/columns';
import { planFor, startStep, stopStep } from './replicaThreads';
import { connectionInput, connectionWords, statusQuery, type InstanceRunbook } from './runbook';
import { t } from '../l10n';

export const enableTls: InstanceRunbook = {
  on: 'instance',
  id: 'replica.enableTls',
  title: t`Replicate over verified TLS`,
  summary: t`Makes one connection ask for TLS and verify the certificate of its source.`,
  inputs: [
    connectionInput,
    {
      name: 'ca',
      label: t`path of the authority’s certificate, as the replica’s server sees it`,
      isOptional: true,
      suggest: (view, key) => view.instances[key]?.spec.tls.ca,
    },
  ],
  isOffered: (_view, { connections }) =>
    connections.some(({ status }) => status.tls.asked !== true || status.tls.verify !== true),
  plan: (context) =>
    planFor(context, ({ status, sourceKey }) => {
      const { view, key, dialect, input } = context;
      const { name, tls } = status;
      const offered = factsOf(view.instances[sourceKey ?? ''])?.tlsOffered;
      const present = textOf(status.raw, 'Master_SSL_CA_File', 'Source_SSL_CA_File');
      const ca = input('ca') ?? (present === '' ? undefined : present);
      const options = (asked: boolean, verify: boolean) => ({
        SSL: asked ? '1' : '0',
        SSL_VERIFY_SERVER_CERT: verify ? '1' : '0',
      });
      return {
        checks: [
          {
            id: 'source.tlsOffered',
            pass: offered ?? 'unknown',
            measured: offered === undefined ? t`not known` : offered ? t`TLS is offered` : 'no TLS offered',
            needed: t`the source offers TLS`,
            fix: t`Give the source a certificate (\`ssl_cert\`, \`ssl_key\`) first: with verification the replica does not connect without one.`,
          },
          {
            id: 'replica.ca',
            pass: ca === undefined ? 'unknown' : true,
            mayBeUnknown: true,
            measured: ca ?? t`no file named`,
            needed: t`the certificate of the authority, readable for the replica’s server`,
            fix: t`Name it as input \`ca\`. Without it the server’s own \`ssl_ca\` or the system’s authorities decide.`,
          },
        ],
        steps: [
          stopStep(context, name),
          context.step({
            id: 'useTls',
            title: t`Let ${connectionWords(key, name)} verify its source`,
            effect: 'write',
            statements: [
              dialect.change(name, {
                ...options(true, true),
                ...(input('ca') === undefined ? {} : { SSL_CA: quoteSqlString(input('ca') ?? '') }),
              }),
            ],
            verify: statusQuery(context),
            expectation: { kind: 'tls', key, connection: name },
            expected: t`TLS asked for, certificate verified`,
            rollback: dialect.change(name, {
              ...options(tls.asked === true, tls.verify === true),
              ...(input('ca') === undefined ? {} : { SSL_CA: quoteSqlString(present ?? '') }),
            }),
            blastRadius: t`Only this connection; its position stays.`,
          }),
          startStep(context, name),
        ],
      };
    }),
};
