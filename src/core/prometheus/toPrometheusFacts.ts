import type { HttpAnswer } from '../http/answer';
import { parseJson } from '../http/parseJson';
import { failed, ok, type Outcome } from '../outcome';
import type { ServiceTrouble } from '../services/model';
import { Fields, listOf } from '../services/readFields';
import type { LagPoints, PrometheusAnswers, PrometheusFacts, ScrapedConnection, ScrapedServer } from './model';
import { queryNames, type PrometheusQuery } from './queries';
import { t } from '../l10n';

interface Sample {
  readonly labels: Fields;
  /** NaN: Prometheus has a NaN, which is how exporters say NULL. */
  readonly values: readonly (readonly [atSeconds: number, value: number])[];
}

interface Series {
  readonly samples: readonly Sample[];
  readonly request: string;
  readonly at: string;
}

/** What the answers of one poll say; the port of a server that is down since long is that of the reading before. */
export function toPrometheusFacts(
  answers: PrometheusAnswers,
  before?: PrometheusFacts,
): Outcome<PrometheusFacts, ServiceTrouble> {
  const read: Partial<Record<PrometheusQuery, Series>> = {};
  for (const name of queryNames) {
    const series = toSeries(answers[name], 'vector');
    if (series.kind === 'failed') return series;
    read[name] = series.value;
  }
  const { up } = read;
  if (up === undefined) return failed({ failure: { reason: 'wrongShape', text: t`Nothing was asked.` } });
  const of = (name: PrometheusQuery, instance: string): readonly Sample[] =>
    (read[name]?.samples ?? []).filter(({ labels }) => labels.text('instance') === instance);
  const number = (name: PrometheusQuery, instance: string): number | undefined => valueOf(of(name, instance)[0]);
  const flag = (name: PrometheusQuery, instance: string): boolean | undefined => toFlag(number(name, instance));
  const servers = up.samples.flatMap((sample): ScrapedServer[] => {
    const instance = sample.labels.text('instance');
    if (instance === undefined) return [];
    const { host, port: exporterPort } = splitAddress(instance);
    const known = before?.servers.find((server) => server.instance === instance)?.port;
    const port = number('port', instance) ?? known ?? portOfExporter(exporterPort);
    const version = of('version', instance)[0]?.labels.text('version');
    const [serverId, readOnly, logBin] = [
      number('serverId', instance),
      flag('readOnly', instance),
      flag('logBin', instance),
    ];
    return [
      {
        ...{ instance, host, isUp: valueOf(sample) === 1, at: up.at },
        ...(port === undefined ? {} : { port }),
        ...(version === undefined ? {} : { version }),
        ...(serverId === undefined ? {} : { serverId }),
        ...(readOnly === undefined ? {} : { readOnly }),
        ...(logBin === undefined ? {} : { logBin }),
        connections: toConnections(instance, of),
      },
    ];
  });
  return ok({ servers, request: up.request });
}

/** The answer to a range query about one server's lag. */
export function toLagPoints(answer: HttpAnswer): Outcome<readonly LagPoints[], ServiceTrouble> {
  const series = toSeries(answer, 'matrix');
  if (series.kind === 'failed') return series;
  return ok(
    series.value.samples.map(({ labels, values }) => ({
      connection: nameOf(labels),
      points: values.map(([atSeconds, value]) => ({
        atMs: atSeconds * 1000,
        lagSeconds: Number.isFinite(value) ? value : undefined,
      })),
    })),
  );
}

function toConnections(
  instance: string,
  of: (name: PrometheusQuery, instance: string) => readonly Sample[],
): readonly ScrapedConnection[] {
  const rows = of('ioRunning', instance);
  return rows.map(({ labels }): ScrapedConnection => {
    const name = nameOf(labels);
    const same = (query: PrometheusQuery): number | undefined =>
      valueOf(of(query, instance).find((sample) => nameOf(sample.labels) === name));
    const [io, sql, behind] = [toFlag(same('ioRunning')), toFlag(same('sqlRunning')), same('secondsBehind')];
    return {
      ...{ name, sourceHost: labels.text('master_host') ?? '', delaySeconds: same('delay') ?? 0 },
      ...(io === undefined ? {} : { ioRunning: io }),
      ...(sql === undefined ? {} : { sqlRunning: sql }),
      ...(behind === undefined ? {} : { secondsBehind: behind }),
    };
  });
}

function nameOf(labels: Fields): string {
  return labels.text('connection_name') ?? labels.text('channel_name') ?? '';
}

/** 1 and 0; anything else is not known. */
function toFlag(value: number | undefined): boolean | undefined {
  return value === 1 ? true : value === 0 ? false : undefined;
}

function valueOf(sample: Sample | undefined): number | undefined {
  const value = sample?.values.at(-1)?.[1];
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function toSeries(answer: HttpAnswer, type: 'vector' | 'matrix'): Outcome<Series, ServiceTrouble> {
  const json = parseJson(answer);
  if (json.kind === 'failed') return json;
  const { value, request, at, status } = json.value;
  const fields = Fields.from(value);
  const trouble = (reason: ServiceTrouble['failure']['reason'], text: string) =>
    failed({ failure: { reason, text }, request });
  if (fields?.text('status') === 'error') {
    return trouble(
      'queryFailed',
      `${fields.text('errorType') ?? 'error'}: ${fields.text('error') ?? `HTTP ${status}`}`,
    );
  }
  const data = fields?.object('data');
  const result = data?.list('result');
  if (fields?.text('status') !== 'success' || data?.text('resultType') !== type || result === undefined) {
    return trouble(
      status >= 500 ? 'serverError' : status === 404 ? 'notFound' : 'wrongShape',
      t`HTTP ${status}: not an answer of Prometheus to a query.`,
    );
  }
  const samples: Sample[] = [];
  for (const item of result) {
    const sample = toSample(item, type);
    if (sample === undefined) return trouble('wrongShape', t`A sample has no labels or no value.`);
    samples.push(sample);
  }
  return ok({ samples, request, at });
}

function toSample(item: unknown, type: 'vector' | 'matrix'): Sample | undefined {
  const fields = Fields.from(item);
  const labels = fields?.object('metric');
  const pairs = type === 'vector' ? [fields?.raw['value']] : fields?.list('values');
  if (labels === undefined || pairs === undefined) return undefined;
  const values = pairs.map((pair): readonly [number, number] | undefined => {
    const [at, text] = listOf(pair) ?? [];
    // `NaN` and `+Inf` are texts of Prometheus, too.
    return typeof at === 'number' && typeof text === 'string' ? [at, Number(text)] : undefined;
  });
  const whole = values.filter((value) => value !== undefined);
  return whole.length === values.length ? { labels, values: whole } : undefined;
}

function splitAddress(instance: string): { readonly host: string; readonly port: number | undefined } {
  const match = /^(?:https?:\/\/)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(instance);
  const host = (match?.[1] ?? instance).replace(/^\[|\]$/g, '');
  return { host, port: match?.[2] === undefined ? undefined : Number(match[2]) };
}

/** 9104 watches 3306; on multi-instance hosts the exporter's port is "1" and the port of its server. */
function portOfExporter(port: number | undefined): number | undefined {
  if (port === undefined || port === 9104) return 3306;
  return /^1\d{4}$/.test(String(port)) ? port - 10_000 : undefined;
}
