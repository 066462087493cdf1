import type { HttpAnswer } from '../../core/http/answer';
import type { PrometheusAnswers } from '../../core/prometheus/model';
import { instantPath, prometheusQueries, queryNames } from '../../core/prometheus/queries';
import type { HistoryReader, ServiceReader } from '../../ports';
import { createHttpServiceReader, type ServiceReaderOptions } from '../http/serviceReader';

/** A sample takes some two hundred bytes: this is room for a metric of fifty thousand servers. */
const maxBytes = 32_000_000;

/** Reads what mysqld_exporter has told Prometheus. */
export function createPrometheusReader(options: ServiceReaderOptions): ServiceReader<'prometheus'> & HistoryReader {
  return createHttpServiceReader({
    ...options,
    kind: 'prometheus',
    maxBytes: options.maxBytes ?? maxBytes,
    ask: async (get) => {
      const answers = await Promise.all(
        queryNames.map(async (name): Promise<readonly [string, HttpAnswer]> => [
          name,
          await get(instantPath(prometheusQueries[name])),
        ]),
      );
      return Object.fromEntries(answers) as PrometheusAnswers;
    },
  });
}
