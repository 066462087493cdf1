import type { ServiceItem, ServiceType } from '../services/model';
import { formatCount, formatSeconds } from '../words';
import type { ScrapedServer } from './model';
import { toPrometheusFacts } from './toPrometheusFacts';
import { t } from '../l10n';

export const prometheusType: ServiceType<'prometheus'> = {
  kind: 'prometheus',
  word: 'Prometheus',
  place: ({ url }) => url,
  toFacts: (answers, _spec, _at, before) => toPrometheusFacts(answers, before),
  picture({ servers }) {
    const down = servers.filter(({ isUp }) => !isUp).length;
    const counts = t`${formatCount(servers.length, 'server')} scraped`;
    return {
      short: servers.length === 0 ? t`no server of mysqld_exporter` : down === 0 ? counts : t`${counts}, ${down} down`,
      lines: [
        servers.length === 0 ? t`It has no \`mysql_up\`: no mysqld_exporter is scraped.` : counts,
        ...(down === 0 ? [] : [t`${formatCount(down, 'server')} that the exporter does not reach`]),
      ],
      items: servers.map(serverItem),
    };
  },
  detail: ({ servers }) => ({ servers }),
};

function serverItem(server: ScrapedServer): ServiceItem {
  const { instance, host, port, isUp, version, connections } = server;
  const label = port === undefined ? instance : `${host}:${port}`;
  const lags = connections.map(({ secondsBehind }) => secondsBehind);
  const known = lags.filter((lag) => lag !== undefined);
  const lag =
    lags.length === 0 ? t`no replica` : known.length < lags.length ? t`lag unknown` : formatSeconds(Math.max(...known));
  return {
    id: instance,
    label,
    description: isUp ? lag : t`the exporter does not reach it`,
    icon: isUp ? 'graph-line' : 'debug-disconnect',
    lines: [
      t`Exporter \`${instance}\``,
      ...(version === undefined ? [] : [version]),
      ...connections.map(
        ({ name, sourceHost, ioRunning, sqlRunning, secondsBehind }) =>
          t`${name === '' ? t`Connection` : t`Connection \`${name}\``} from \`${sourceHost}\`: IO ${threadWord(ioRunning)}, SQL ${threadWord(sqlRunning)}, ${secondsBehind === undefined ? t`lag unknown` : formatSeconds(secondsBehind)}`,
      ),
    ],
  };
}

function threadWord(isRunning: boolean | undefined): string {
  return isRunning === undefined ? t`unknown` : isRunning ? t`running` : t`not running`;
}
