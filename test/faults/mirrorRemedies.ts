import { requestV2 } from '../sandbox/etcdSandbox';
import { signal } from '../sandbox/processGroup';
import type { Sandbox } from '../sandbox/sandbox';
import type { RemedyStep } from './followRemedy';

const reload: RemedyStep = {
  says: /run the mirror once with `--reload`/,
  carryOut: (sandbox) => sandbox.restartMirror(),
};

const sourceOf = (sandbox: Sandbox): string => sandbox.etcd?.source.url ?? '';

/** As `remedies`, for faults of the etcd mirror. */
export const mirrorRemedies: Readonly<Record<string, readonly RemedyStep[]>> = {
  'mirror-window': [
    {
      says: /^One event under `\/conftool` moves the index: .*with `set` \(a plain PUT\)/,
      carryOut: async (sandbox) => {
        await requestV2(sourceOf(sandbox), '/conftool/v1/touched', 'PUT', { value: '1' });
      },
    },
  ],
  'mirror-window-lost': [reload],
  'mirror-stalled': [
    {
      says: /a process that is stopped/,
      carryOut: (sandbox) => {
        const mirror = sandbox.etcd?.mirrors.find(({ api }) => api === 'v2');
        if (mirror !== undefined) signal(mirror.process, 'SIGCONT');
        return Promise.resolve();
      },
    },
  ],
  'mirror-index-missing': [reload],
  'mirror-drift': [
    {
      says: /mended by writing it there again with `set` \(a plain PUT of the same value\)/,
      carryOut: async (sandbox) => {
        const key = '/conftool/v1/discovery/api-ro/eqiad';
        const { body } = await requestV2(sourceOf(sandbox), key);
        await requestV2(sourceOf(sandbox), key, 'PUT', { value: body.node.value ?? '' });
      },
    },
  ],
};
