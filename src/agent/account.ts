// What one account (host, login, become identity, interpreter) can do for the engine. Every call rejects with an
// UnreachableError when the connection is lost while it is in flight.
import type { CompiledFiles } from './compiled-code.js'

/** How to become another user, with every template already resolved. */
export interface BecomeSettings {
  /** Become plugin: `sudo`, `su`, `doas`, `community.general.pbrun`, … */
  readonly method: string
  readonly user: string
  /** `become_flags`; undefined means the plugin's default. */
  readonly flags?: string | undefined
  /** `become_exe`; undefined means the plugin's default. */
  readonly exe?: string | undefined
  readonly password?: string | undefined
  /** `ansible_su_prompt_l10n` and alike. */
  readonly promptTexts?: readonly string[] | undefined
}

/** A new-style Python module with the module_utils it needs. */
export interface ModulePayload {
  /** The zip AnsiballZ would have made (without its sitecustomize). */
  readonly zip: Uint8Array
  /** Hex digest of `zip`. */
  readonly sha256: string
  /** `ansible.modules.copy`, `ansible_collections.ns.name.plugins.modules.x`. */
  readonly fqn: string
  /** Compiled form for interpreters of a version (major, minor, …), undefined while there is none. */
  readonly compiled?: ((version: readonly number[]) => CompiledFiles | undefined) | undefined
}

/** A module of another style: its text goes into a temporary directory and is run from there. */
export interface ScriptModule {
  /** File name on the host, e.g. `AnsiballZ_x.py` or `x.sh`. */
  readonly fileName: string
  readonly content: Uint8Array
  /** Interpreter with arguments, without `#!`; empty for binaries. */
  readonly shebang?: string | undefined
  /** Content of the arguments file passed as first argument; absent for modules with arguments inside. */
  readonly argsFile?: Uint8Array | undefined
}

export interface ProcessResult {
  /** Exit status; 128 + signal number when it was killed. */
  readonly rc: number
  readonly stdout: Buffer
  readonly stderr: Buffer
  /** Signal number that ended it, if any. */
  readonly signal?: number | undefined
  /** True when `timeoutMs` ran out. */
  readonly timedOut?: boolean | undefined
  /** User and system time of the process and its children, milliseconds. */
  readonly cpuMs?: number | undefined
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly umask?: number | undefined
  /** Soft limit of open files; the account's own when absent. */
  readonly fileLimit?: number | undefined
  /** Calls with the same key run one after the other, in the order they were made. */
  readonly queue?: string | undefined
}

export interface ExecOptions extends RunOptions {
  /** Shell to run the command with (`-c`); the connection's shell by default. */
  readonly executable?: string | undefined
  readonly stdin?: Uint8Array | undefined
  /** As `ssh -tt` gives it: one terminal, stderr merged into stdout, CR LF line ends. */
  readonly tty?: boolean | undefined
}

export interface FileStatus {
  readonly exists: boolean
  readonly isDirectory: boolean
  readonly isLink: boolean
  readonly isRegular: boolean
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Seconds. */
  readonly mtime: number
  /** sha1 in hex, when asked for and the path is a readable regular file. */
  readonly checksum?: string | undefined
  readonly linkTarget?: string | undefined
  readonly owner?: string | undefined
  readonly group?: string | undefined
}

export interface AsyncOptions {
  /** The job id without the process number, e.g. `j123456`. */
  readonly jobId: string
  readonly limitSeconds: number
  /** `ANSIBLE_ASYNC_DIR`; `~/.ansible_async` by default. */
  readonly directory?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
}

/** What an account is; known as soon as its agent runs. */
export interface AccountInfo {
  /** Absolute path of the interpreter. */
  readonly python: string
  readonly pythonVersion: readonly [number, number, number]
  readonly uid: number
  readonly user: string
  readonly home: string
  readonly cpuCount: number
  /** Set when the interpreter was discovered: goes into `ansible_facts.discovered_interpreter_python`. */
  readonly discoveredInterpreter?: string | undefined
  /** Warnings of the discovery, worded as Ansible's; to be attached to the first result of the host. */
  readonly discoveryWarnings: readonly string[]
  readonly transport: 'ssh2' | 'openssh' | 'local'
}

export interface Account {
  readonly info: AccountInfo
  /** The same object for all accounts that one running agent serves; temporary directories live as long as it. */
  readonly agent: object
  /** Runs a new-style module; `argsJson` is `{"ANSIBLE_MODULE_ARGS": {...}}` with all `_ansible_*` keys. */
  runModule(payload: ModulePayload, argsJson: string, options?: RunOptions): Promise<ProcessResult>
  /** Runs calls one after the other with one burst of messages; results in order. */
  runModules(
    calls: readonly { readonly payload: ModulePayload; readonly argsJson: string }[],
    options?: RunOptions,
  ): Promise<ProcessResult[]>
  /** Runs a module of another style as Ansible's non-pipelined path does. */
  runScriptModule(module: ScriptModule, options?: RunOptions): Promise<ProcessResult>
  /** Runs a shell command as `connection.exec_command` would. */
  exec(command: string, options?: ExecOptions): Promise<ProcessResult>
  /** Writes a file (mode 0600 unless given), truncating it; the source may be a local path, which is streamed. */
  putFile(source: Uint8Array | { readonly path: string }, remotePath: string, mode?: number): Promise<void>
  /** Writes a small file (up to 256 KiB) and runs `use`, whose messages reach the host after the file: no waiting between. */
  putFileAnd<T>(content: Uint8Array, remotePath: string, mode: number | undefined, use: () => Promise<T>): Promise<T>
  fetchFile(remotePath: string): Promise<Buffer>
  /** Streams a remote file into a local one. */
  fetchFileTo(remotePath: string, localPath: string): Promise<void>
  stat(path: string, options?: { readonly follow?: boolean; readonly checksum?: boolean }): Promise<FileStatus>
  /** Makes a private directory below `remote_tmp`, named as Ansible names it; removed when the agent ends at the latest. */
  makeTempDir(): Promise<string>
  removeTree(path: string): Promise<void>
  /** `~` and `~user` resolved as the account's shell would. */
  expandUser(path: string): Promise<string>
  /** Starts a module in the background as async_wrapper does; the result is what async_wrapper prints. */
  startAsync(payload: ModulePayload, argsJson: string, options: AsyncOptions): Promise<ProcessResult>
  startAsyncScript(module: ScriptModule, options: AsyncOptions): Promise<ProcessResult>
}

/** A file or directory operation that failed on the host; the message is the operating system's. */
export class RemoteFileError extends Error {
  /** `ENOENT`, `EACCES`, `ENOSPC`, … */
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.name = 'RemoteFileError'
    this.code = code
  }
}

/** Privilege escalation failed with a text of its own (`Missing sudo password`); a failed task, not an unreachable host. */
export class BecomeError extends Error {
  override readonly name = 'BecomeError'
}

/**
 * The interpreter (or the become program around it) ended before it could serve: no Python there, not allowed, not
 * found. `result` is what Ansible would have got from running a module, and is turned into MODULE FAILURE the same way.
 */
export class InterpreterError extends Error {
  override readonly name = 'InterpreterError'
  readonly result: ProcessResult
  readonly interpreter: string
  /** What discovery found and said before, as in AccountInfo. */
  readonly discovery: Pick<AccountInfo, 'discoveredInterpreter' | 'discoveryWarnings'>
  constructor(interpreter: string, result: ProcessResult, discovery: InterpreterError['discovery'], said: string) {
    super(
      `The Python interpreter ${interpreter} could not be started (rc ${result.rc}): ${said.slice(-2000)}\n` +
        'Set ansible_python_interpreter to a Python on the host, or install one first with the raw module.',
    )
    this.interpreter = interpreter
    this.result = result
    this.discovery = discovery
  }
}
