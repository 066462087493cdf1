/** All that speaks HTTP, as the one chunk that holds undici. */
export { createEtcdReader } from './etcd/etcdReader';
export { createOrchestratorReader } from './orchestrator/orchestratorReader';
export { createBurrowReader } from './burrow/burrowReader';
export { createPrometheusReader } from './prometheus/prometheusReader';
