import type { HttpAnswer } from '../../core/http/answer';
import type { OrchestratorAnswers } from '../../core/orchestrator/model';
import { isReadPath, polledPaths } from '../../core/orchestrator/readPaths';
import type { ServiceReader } from '../../ports';
import { createHttpServiceReader, type ServiceReaderOptions } from '../http/serviceReader';
import { t } from '../../core/l10n';

/** An instance takes some four kilobytes: this is room for ten thousand. */
const maxBytes = 64_000_000;

/** Reads Orchestrators. A path that is not on the list of reads is never asked, nor is an address that hides one. */
export function createOrchestratorReader(options: ServiceReaderOptions): ServiceReader<'orchestrator'> {
  return createHttpServiceReader({
    ...options,
    kind: 'orchestrator',
    maxBytes: options.maxBytes ?? maxBytes,
    ask: async (get, { spec }) => {
      const problem = addressProblem(spec.url);
      const answers = await Promise.all(
        polledPaths.map(async (path): Promise<readonly [string, HttpAnswer]> => {
          const refusal = problem ?? (isReadPath(path) ? undefined : t`This path is not on the list of reads.`);
          if (refusal === undefined) return [path, await get(path)];
          const at = new Date(options.clock.now()).toISOString();
          return [path, { kind: 'failed', request: `GET ${path}`, at, failure: { reason: 'other', text: refusal } }];
        }),
      );
      return Object.fromEntries(answers) as OrchestratorAnswers;
    },
  });
}

/**
 * Why an address cannot be an Orchestrator's: its path is put in front of what is asked, and one that names a call of the
 * API could make another call of it. Undefined: it can.
 */
function addressProblem(url: string): string | undefined {
  const { pathname, search, hash } = new URL(url);
  if (search !== '' || hash !== '')
    return t`The address ends in a query or a fragment. Leave only scheme, host and prefix.`;
  return /(?:^|\/)(?:api|%61pi)(?:\/|$)/i.test(decodeURIComponentSafely(pathname))
    ? t`The address names a path of the API. Leave only scheme, host and the \`URLPrefix\` of Orchestrator.`
    : undefined;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
