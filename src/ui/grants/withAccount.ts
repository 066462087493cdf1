import type { InstanceSpec } from '../../core/inventory/model';

/** The inventory's way to the server, with another account. */
export function withAccount(spec: InstanceSpec, optionFile: string | undefined): InstanceSpec {
  if (optionFile === undefined || optionFile === '') return spec;
  const { socket } = spec.credentials ?? {};
  return { ...spec, credentials: { name: 'step', optionFile, ...(socket === undefined ? {} : { socket }) } };
}
