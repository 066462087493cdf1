export type Tool =
  | 'mariadb'
  | 'etcd'
  | 'etcdctl'
  | 'chromium'
  | 'prometheus'
  | 'mysqld-exporter'
  | 'openssl'
  | 'ssh'
  | 'sshd'
  | 'g++'
  | 'make'
  | 'python3'
  | 'xvfb';
export declare function findCommand(name: string): string | undefined;
export declare function withProgress<T>(label: string, action: () => Promise<T>): Promise<T>;
export declare function ensureDependencies(): Promise<void>;
export declare function ensureTools(wanted: {
  need: readonly Tool[];
  yes?: boolean;
  purpose?: string;
  /** Goes on without what cannot be had, of which the result has no path. */
  optional?: boolean;
}): Promise<Record<string, string>>;
export declare function vscodeCache(): string;

export declare function vscodeVersion(): { readonly desktop: string; readonly themes: string };
export declare function ensureServerHost(options?: {
  yes?: boolean;
}): Promise<{ node: string; main: string; version: string }>;
