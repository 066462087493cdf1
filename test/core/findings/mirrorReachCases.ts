import type { EtcdFailure, MemberDown } from '../../../src/core/mirror/reading';
import { atSecond, spec } from '../mirror/builder';
import type { Case } from './case';
import { mirrorOf, v3, v3Fleet, well } from './mirrorBuilder';

const members = { otherSources: ['https://conf1008.eqiad.wmnet:4001'] };
const readOnly = 'HTTP 403: {"errorCode":107,"message":"This cluster is in read-only mode"}';
const second = 'https://conf2006.codfw.wmnet:4001';
const down = (side: MemberDown['side'], url: string, reason: EtcdFailure['reason']): MemberDown => ({
  ...{ side, url, at: atSecond(0) },
  failure: { reason, text: `the system says ${reason}` },
});

/** Our own way to both sides. */
export const mirrorReachCases: readonly Case[] = [
  ...(
    ['refused', 'noRoute', 'unknownHost', 'timedOut', 'hung', 'lost', 'tlsFailed', 'redirected', 'notEtcd'] as const
  ).map((reason): Case => ({
    title: `source: ${reason}`,
    gives: ['mirror.sourceUnreachable'],
    fleet: () => mirrorOf([{ second: 0, source: reason }]),
  })),
  {
    title: 'destination: refused',
    gives: ['mirror.destinationUnreachable'],
    fleet: () => mirrorOf([{ second: 0, replicated: 'refused' }]),
  },
  {
    title: 'both sides: no route',
    gives: ['mirror.sourceUnreachable', 'mirror.destinationUnreachable'],
    fleet: () => mirrorOf([{ second: 0, source: 'noRoute', replicated: 'noRoute' }]),
  },
  {
    title: 'one of two members of the source is refused, and the other one is read',
    gives: ['mirror.sourceUnreachable'],
    fleet: () => mirrorOf([{ ...well[0]!, membersDown: [down('source', spec.source, 'refused')] }], members),
  },
  {
    title: 'two of three members of the destination are silent, and the third one is read',
    gives: ['mirror.destinationUnreachable'],
    fleet: () => {
      const otherDestinations = [second, 'https://conf2007.codfw.wmnet:4001'];
      const silent = [spec.destination, second].map((url) => down('destination', url, 'hung'));
      return mirrorOf([{ ...well[0]!, membersDown: silent }], { otherDestinations });
    },
  },
  {
    title: 'no member of the source answers',
    gives: ['mirror.sourceUnreachable'],
    fleet: () => {
      const all = [spec.source, ...members.otherSources].map((url) => down('source', url, 'refused'));
      return mirrorOf([{ second: 0, source: 'refused', membersDown: all }], members);
    },
  },
  {
    title: 'a proxy before the destination that takes no writes',
    gives: ['mirror.destinationReadOnly'],
    fleet: () =>
      mirrorOf(well, {}, { destinationReadOnly: { said: readOnly, request: `POST ${spec.destination}/version` } }),
  },
  {
    title: 'v3: a proxy before the destination that takes no POST',
    gives: ['mirror.destinationReadOnly'],
    fleet: () => {
      const fleet = v3Fleet('2');
      const [mirror] = fleet.mirrors;
      const failure = { reason: 'readOnly', text: readOnly } as const;
      const request = `POST ${spec.destination}/v3/kv/range`;
      const snapshot = {
        ...mirror!.snapshot,
        destination: { kind: 'failed' as const, failure, request, at: atSecond(0) },
      };
      return { ...fleet, mirrors: [{ ...mirror!, snapshot }] };
    },
  },
  {
    title: 'v3: a proxy before the source that takes no POST',
    gives: ['mirror.sourceUnreachable'],
    fleet: () => {
      const source = { status: 403, body: '{"errorCode":107,"message":"This cluster is in read-only mode"}' };
      return mirrorOf([{ second: 0, source, replicated: 'cancelled', metrics: 'none' }], v3);
    },
  },
  {
    title: 'cancelled',
    gives: [],
    fleet: () => mirrorOf([{ second: 0, source: 'cancelled', replicated: 'cancelled' }]),
  },
  {
    title: 'v2 switched off',
    gives: ['mirror.v2Disabled'],
    fleet: () => mirrorOf([{ second: 0, source: { status: 404, body: '404 page not found\n' } }]),
  },
  {
    title: 'etcd wants a login',
    gives: ['mirror.authRequired'],
    fleet: () =>
      mirrorOf([
        {
          second: 0,
          source: { status: 401, body: '{"errorCode":110,"message":"The request requires user authentication"}' },
          replicated: 'authRequired',
        },
      ]),
  },
  {
    title: 'a secret that nobody gave',
    gives: ['mirror.authRequired'],
    fleet: () =>
      mirrorOf([{ second: 0, failure: { reason: 'credentialsMissing', text: 'No password was given for "etcd".' } }]),
  },
];
