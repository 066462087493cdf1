import { type InstanceView } from '../../../core/fleetView';
import { redact } from '../../../core/redact';
import { type Row } from '../../../core/replication/reading';
import { type Part } from '../../../core/snapshot';
import { type RawGroup } from '../../../protocol/replicationPanel';
import { type FieldMeaning, serverMeanings, statusMeanings } from './fieldMeanings';
import { t } from '../../../core/l10n';

/** The server's variables and each connection's status row, what is unusual or has changed first. */
export function toRawGroups({ snapshot, previous }: InstanceView): readonly RawGroup[] {
  const server = valueOf(snapshot.server);
  const serverBefore = previous === undefined ? undefined : valueOf(previous.server);
  const connections = valueOf(snapshot.replication) ?? [];
  const connectionsBefore = (previous === undefined ? undefined : valueOf(previous.replication)) ?? [];
  return [
    ...connections.map(({ name, raw }) => ({
      title: name === '' ? t`Replication status` : t`Replication status of ${name}`,
      rows: toRows(raw, connectionsBefore.find((before) => before.name === name)?.raw, statusMeanings),
    })),
    ...(server === undefined
      ? []
      : [{ title: t`Server variables`, rows: toRows(server.raw, serverBefore?.raw, serverMeanings) }]),
  ];
}

function valueOf<T>(part: Part<T>): T | undefined {
  return part.kind === 'read' ? part.value : undefined;
}

function toRows(row: Row, before: Row | undefined, meanings: Readonly<Record<string, FieldMeaning>>): RawGroup['rows'] {
  const rows = Object.entries(row).map(([name, value]) => {
    const field = meanings[name];
    const isUnusual = field?.usual?.(value, row) === false;
    if (field?.repeats !== undefined && isUnusual && row[field.repeats] === value) {
      return { name, value: shownValue(value), meaning: t`the same as ${field.repeats}`, notable: false };
    }
    const said = value === null ? field?.whyNull?.(row) : field?.meaning?.(value, row);
    const earlier = before?.[name];
    const changed = field?.moving !== true && earlier !== undefined && earlier !== value;
    const meaning = changed
      ? [said, t`was ${earlier === null ? 'NULL' : redact(earlier)} before`]
          .filter((words) => words !== undefined)
          .join('; ')
      : said;
    return {
      name,
      value: shownValue(value),
      ...(meaning === undefined ? {} : { meaning }),
      notable: changed || isUnusual,
    };
  });
  return [...rows.filter(({ notable }) => notable), ...rows.filter(({ notable }) => !notable)];
}

function shownValue(value: string | null): string | null {
  return value === null ? null : redact(value);
}
