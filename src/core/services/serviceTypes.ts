import { backupsType } from '../backups/backupsType';
import { burrowType } from '../burrow/burrowType';
import { orchestratorType } from '../orchestrator/orchestratorType';
import { pipelineType } from '../pipelines/pipelineType';
import { prometheusType } from '../prometheus/prometheusType';
import type { ServiceKind, ServiceType } from './model';

/** What each kind's answers mean. */
export const serviceTypes: { readonly [K in ServiceKind]: ServiceType<K> } = {
  orchestrator: orchestratorType,
  prometheus: prometheusType,
  backups: backupsType,
  pipeline: pipelineType,
  burrow: burrowType,
};
