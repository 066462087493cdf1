export declare function onExit(stop: () => unknown): () => void;
export declare function processTree(pid: number): number[];
export declare function isAlive(pid: number): boolean;
export declare function stopTree(pid: number | undefined, signal?: NodeJS.Signals): void;
export declare function cleanEnvironment(extra?: Readonly<Record<string, string>>): Record<string, string>;
