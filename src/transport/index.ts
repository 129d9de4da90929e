// Ways to reach a host: ssh2 in this process, an OpenSSH child process, or this machine itself.
export { isServed, openTransport, type TransportEnvironment } from './open-transport.js'
export { type ConnectionSettings, connectionDefaults, connectionKind, type SshArguments } from './settings.js'
export { sshFarewell } from './ssh-command-line.js'
export {
  type OpenOptions,
  type ProcessExit,
  type RemoteProcess,
  SessionLimitError,
  type Transport,
  UnreachableError,
} from './transport.js'
