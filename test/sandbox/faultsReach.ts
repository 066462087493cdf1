import { unlinkSync } from 'node:fs';
import { createConnection as createSocket } from 'node:net';
import type { Fault, Faults } from './fault';
import { connectAsMonitor, dropMonitorConnections, fillConnections, provenByLogin, unlogged } from './faultSteps';
import type { Sandbox } from './sandbox';
import { accountStatements, appAccount, monitorAccount, monitorGrants, replAccount } from './statements';
import { writeMonitorFile } from './workspace';

const dropAccounts = `DROP USER IF EXISTS ${monitorAccount}, ${replAccount}, ${appAccount}`;

/** A leaf: whatever happens to it, no other instance is concerned. */
const leaf = 's1-codfw-leaf';

/** Whether a TCP connection opens and the server stays silent for two seconds, where it should greet at once. */
function isSilent(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(port, '127.0.0.1');
    const finish = (result: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => {
      finish(socket.connecting ? undefined : 'the connection opens, and no greeting comes within 2 s');
    }, 2_000);
    socket.once('data', () => {
      finish(undefined);
    });
    socket.once('error', () => {
      finish(undefined);
    });
  });
}

const refused = (name: string, title: string): Fault => ({
  title,
  subject: name,
  findings: ['instance.unreachable'],
  inject: (sandbox) => sandbox.killServer(name),
  heal: async (sandbox) => {
    if (sandbox.instance(name).process?.hasEnded() !== false) await sandbox.startServer(name);
  },
  proof: provenByLogin(name, /ECONNREFUSED/),
});

/** FLUSH goes to the binary log, where it would be a transaction of the replica's own. */
const reloadTls = (sandbox: Sandbox) =>
  sandbox.query(leaf, unlogged(sandbox.kind.flavor === 'mariadb' ? 'FLUSH SSL' : 'ALTER INSTANCE RELOAD TLS'));

/** Faults between us and a server. */
export const reachFaults: Faults = {
  unreachable: refused(leaf, 'a replica was killed'),
  'primary-down': refused('s1-primary', 'the primary was killed'),
  hung: {
    title: 'a server takes connections and answers nothing (SIGSTOP)',
    subject: leaf,
    findings: ['instance.hung'],
    inject: (sandbox) => {
      sandbox.signalServer(leaf, 'SIGSTOP');
      return Promise.resolve();
    },
    heal: (sandbox) => {
      sandbox.signalServer(leaf, 'SIGCONT');
      return Promise.resolve();
    },
    proof: (sandbox) => isSilent(sandbox.instance(leaf).port),
  },
  'wrong-password': {
    title: 'the password of the inventory is not the one of the servers',
    subject: 's1-primary',
    findings: ['instance.accessDenied'],
    inject: async (sandbox) => {
      writeMonitorFile(sandbox.monitorFile, 'not-the-password');
      await Promise.all(sandbox.instances.map(({ name }) => dropMonitorConnections(sandbox, name)));
    },
    heal: (sandbox) => {
      writeMonitorFile(sandbox.monitorFile, sandbox.secrets.monitor);
      return Promise.resolve();
    },
    proof: provenByLogin('s1-primary', /^1045/),
  },
  'option-file-missing': {
    title: 'the option file that the inventory names is not there',
    subject: 's1-primary',
    findings: ['instance.accessDenied', 'instance.credentialsMissing'],
    inject: async (sandbox) => {
      unlinkSync(sandbox.monitorFile);
      await Promise.all(sandbox.instances.map(({ name }) => dropMonitorConnections(sandbox, name)));
    },
    heal: (sandbox) => {
      writeMonitorFile(sandbox.monitorFile, sandbox.secrets.monitor);
      return Promise.resolve();
    },
    proof: provenByLogin('s1-primary', /ENOENT/),
  },
  'too-many-connections': {
    title: 'a server has no connection left',
    subject: leaf,
    findings: ['instance.tooManyConnections'],
    inject: (sandbox) => fillConnections(sandbox, leaf, 'too-many-connections'),
    heal: async (sandbox) => {
      sandbox.release('too-many-connections');
      await sandbox.query(leaf, 'SET GLOBAL max_connections = 60');
    },
    proof: provenByLogin(leaf, /^1040/),
  },
  'host-not-allowed': {
    title: 'a server has no account for our address',
    subject: leaf,
    findings: ['instance.hostNotAllowed'],
    inject: async (sandbox) => {
      await sandbox.query(leaf, unlogged(dropAccounts));
      await dropMonitorConnections(sandbox, leaf);
    },
    heal: async (sandbox) => {
      await sandbox.query(leaf, unlogged(dropAccounts, ...accountStatements(sandbox.kind.flavor, sandbox.secrets)));
    },
    proof: provenByLogin(leaf, /^1130/),
  },
  'tls-other-name': {
    title: "a server's certificate is for another name",
    subject: leaf,
    findings: ['instance.tlsFailed'],
    inject: async (sandbox) => {
      sandbox.installCertificate(leaf, sandbox.certificates.otherName);
      await reloadTls(sandbox);
      await dropMonitorConnections(sandbox, leaf);
    },
    heal: async (sandbox) => {
      sandbox.installCertificate(leaf, sandbox.certificates.server);
      await reloadTls(sandbox);
    },
    proof: provenByLogin(leaf, /altnames|certificate/i),
  },
  denied: {
    title: 'the monitor account may not read the replication status of one replica',
    subject: 's1-replica',
    findings: ['monitor.privilegeMissing'],
    inject: async (sandbox) => {
      const privilege = sandbox.kind.flavor === 'mariadb' ? 'SLAVE MONITOR' : 'REPLICATION CLIENT';
      await sandbox.query('s1-replica', unlogged(`REVOKE ${privilege} ON *.* FROM ${monitorAccount}`));
      await dropMonitorConnections(sandbox, 's1-replica');
    },
    heal: async (sandbox) => {
      await sandbox.query('s1-replica', unlogged(...monitorGrants(sandbox.kind.flavor)));
      await dropMonitorConnections(sandbox, 's1-replica');
    },
    proof: async (sandbox) => {
      const connection = await connectAsMonitor(sandbox, 's1-replica');
      try {
        await connection.query(sandbox.kind.flavor === 'mariadb' ? 'SHOW ALL SLAVES STATUS' : 'SHOW REPLICA STATUS');
        return undefined;
      } catch (error) {
        return (error as Error).message;
      } finally {
        connection.destroy();
      }
    },
  },
};
