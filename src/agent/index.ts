// The agent on the hosts, seen from the controller: a pool of accounts that run modules, commands and file work.

export { type ConnectionSettings, connectionDefaults, UnreachableError } from '../transport/index.js'
export {
  type Account,
  type AccountInfo,
  type AsyncOptions,
  BecomeError,
  type BecomeSettings,
  type ExecOptions,
  type FileStatus,
  InterpreterError,
  type ModulePayload,
  type ProcessResult,
  RemoteFileError,
  type RunOptions,
  type ScriptModule,
} from './account.js'
export { type AgentActivity, AgentPool, type AgentPoolOptions, type RawOptions } from './agent-pool.js'
export { knowsBecomeMethod } from './become.js'
export type { CompiledFile, CompiledFiles } from './compiled-code.js'
