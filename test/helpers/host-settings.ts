// Settings that reach a test sshd and nothing of the machine's own ssh configuration.
import { type ConnectionSettings, connectionDefaults } from '../../src/transport/index.js'
import type { SshServer } from './sshd.js'

export function settingsFor(
  server: SshServer,
  changes: Partial<ConnectionSettings> = {},
  sshArgs = '',
): ConnectionSettings {
  const base = connectionDefaults('testhost')
  return {
    ...base,
    address: '127.0.0.1',
    port: server.port,
    user: process.env.USER ?? 'root',
    privateKeyFile: server.keyFile,
    ...changes,
    ssh: {
      ...base.ssh,
      // The first setting of an option wins: a test's own come first.
      args: `-F none ${sshArgs} -o IdentityAgent=none -o UserKnownHostsFile=${server.knownHosts} -o GlobalKnownHostsFile=/dev/null`,
      ...changes.ssh,
    },
  }
}
