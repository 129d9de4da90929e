// An account served by a running agent.
import { createReadStream } from 'node:fs'
import { open, stat as statLocal } from 'node:fs/promises'
import type {
  Account,
  AccountInfo,
  AsyncOptions,
  ExecOptions,
  FileStatus,
  ModulePayload,
  ProcessResult,
  RunOptions,
  ScriptModule,
} from './account.js'
import type { AgentLink } from './agent-link.js'
import type { Frame } from './frames.js'
import { shellArgv } from './shell.js'

/** What differs between hosts that share an agent, and between connections. */
export interface AccountDefaults {
  /** Directory calls start in; the login's own when undefined. */
  readonly cwd?: string | undefined
  readonly shellExecutable: string
  readonly remoteTmp?: string | undefined
  /** Whose home `~` in remoteTmp is, '' when that is not known; undefined for the account's own. */
  readonly login?: string | undefined
  /** What ssh prints on stderr at the end of a command with a terminal. */
  readonly ttyFarewell: string
}

export class AgentAccount implements Account {
  readonly info: AccountInfo
  readonly #agent: AgentLink
  readonly #defaults: AccountDefaults
  get agent(): object {
    return this.#agent
  }
  #lastQueue = 0

  constructor(agent: AgentLink, info: AccountInfo, defaults: AccountDefaults) {
    this.#agent = agent
    this.info = info
    this.#defaults = defaults
  }

  async runModule(payload: ModulePayload, argsJson: string, options: RunOptions = {}): Promise<ProcessResult> {
    return processResult(await this.#agent.burst(() => this.#sendModule(payload, argsJson, options)))
  }

  async runModules(
    calls: readonly { readonly payload: ModulePayload; readonly argsJson: string }[],
    options: RunOptions = {},
  ): Promise<ProcessResult[]> {
    const queue = options.queue ?? `batch ${this.#lastQueue++}`
    const frames = this.#agent.burst(() =>
      calls.map(call => this.#sendModule(call.payload, call.argsJson, { ...options, queue })),
    )
    return (await Promise.all(frames)).map(processResult)
  }

  async runScriptModule(module: ScriptModule, options: RunOptions = {}): Promise<ProcessResult> {
    const { header, body } = this.#scriptRequest(module)
    return processResult(
      await this.#agent.request({ ...this.#callHeader(options), ...header, op: 'script' }, body, options.signal),
    )
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ProcessResult> {
    const argv = shellArgv(options.executable ?? this.#defaults.shellExecutable, command)
    const header = { ...this.#callHeader(options), op: 'exec', argv, stdin: options.stdin !== undefined }
    if (options.tty !== true || options.stdin !== undefined) {
      return processResult(await this.#agent.request(header, options.stdin, options.signal))
    }
    const env = { TERM: process.env.TERM ?? 'dumb', ...options.env }
    const result = processResult(await this.#agent.request({ ...header, env, tty: true }, undefined, options.signal))
    return { ...result, stderr: Buffer.from(this.#defaults.ttyFarewell) }
  }

  async putFile(source: Uint8Array | { readonly path: string }, remotePath: string, mode?: number): Promise<void> {
    const header = { path: remotePath, mode }
    if (source instanceof Uint8Array) {
      await this.#agent.upload(header, source.length, [source])
      return
    }
    const { size } = await statLocal(source.path)
    const chunks = size === 0 ? [] : createReadStream(source.path, { highWaterMark: 128 << 10, end: size - 1 })
    await this.#agent.upload(header, size, chunks)
  }

  async putFileAnd<T>(
    content: Uint8Array,
    remotePath: string,
    mode: number | undefined,
    use: () => Promise<T>,
  ): Promise<T> {
    if (!this.#agent.isOrdered) {
      await this.putFile(content, remotePath, mode)
      return use()
    }
    const [put, used] = this.#agent.burst(() => [this.putFile(content, remotePath, mode), use()] as const)
    // Why the file could not be written matters more than what follows from its absence.
    const [putOutcome, outcome] = await Promise.allSettled([put, used])
    if (putOutcome.status === 'rejected') throw putOutcome.reason
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  }

  async fetchFile(remotePath: string): Promise<Buffer> {
    const chunks: Buffer[] = []
    await this.#agent.download(remotePath, chunk => chunks.push(chunk))
    return Buffer.concat(chunks)
  }

  async fetchFileTo(remotePath: string, localPath: string): Promise<void> {
    const file = await open(localPath, 'w')
    try {
      await this.#agent.download(remotePath, chunk => file.writeFile(chunk))
    } finally {
      await file.close()
    }
  }

  async stat(
    path: string,
    options: { readonly follow?: boolean; readonly checksum?: boolean } = {},
  ): Promise<FileStatus> {
    const { header } = await this.#agent.request({ op: 'stat', path, ...options })
    return {
      exists: header.exists === true,
      isDirectory: header.dir === true,
      isLink: header.link === true,
      isRegular: header.reg === true,
      mode: numberOf(header.mode),
      uid: numberOf(header.uid),
      gid: numberOf(header.gid),
      size: numberOf(header.size),
      mtime: numberOf(header.mtime),
      checksum: textOf(header.sha1),
      linkTarget: textOf(header.target),
      owner: textOf(header.owner),
      group: textOf(header.group),
    }
  }

  async makeTempDir(): Promise<string> {
    const { header } = await this.#agent.request({
      op: 'mktemp',
      base: this.#defaults.remoteTmp,
      login: this.#defaults.login,
    })
    return String(header.path)
  }

  async removeTree(path: string): Promise<void> {
    await this.#agent.request({ op: 'rmtree', path })
  }

  async expandUser(path: string): Promise<string> {
    const { header } = await this.#agent.request({ op: 'expand', path })
    return String(header.path)
  }

  async startAsync(payload: ModulePayload, argsJson: string, options: AsyncOptions): Promise<ProcessResult> {
    return processResult(
      await this.#agent.burst(() => {
        this.#agent.offerPayload(payload)
        const header = { ...this.#jobHeader(options), sha: payload.sha256, fqn: payload.fqn }
        return this.#agent.request(header, Buffer.from(argsJson))
      }),
    )
  }

  async startAsyncScript(module: ScriptModule, options: AsyncOptions): Promise<ProcessResult> {
    const { header, body } = this.#scriptRequest(module)
    return processResult(await this.#agent.request({ ...this.#jobHeader(options), ...header, script: true }, body))
  }

  #sendModule(payload: ModulePayload, argsJson: string, options: RunOptions): Promise<Frame> {
    this.#agent.offerPayload(payload)
    const header = { ...this.#callHeader(options), op: 'run', sha: payload.sha256, fqn: payload.fqn }
    return this.#agent.request(header, Buffer.from(argsJson), options.signal)
  }

  #callHeader(options: RunOptions): object {
    return {
      env: options.env,
      cwd: options.cwd ?? this.#defaults.cwd,
      timeout: options.timeoutMs === undefined ? undefined : options.timeoutMs / 1000,
      umask: options.umask,
      nofile: options.fileLimit,
      queue: options.queue,
    }
  }

  #jobHeader(options: AsyncOptions): object {
    return {
      op: 'async',
      jid: options.jobId,
      limit: options.limitSeconds,
      dir: options.directory ?? options.env?.ANSIBLE_ASYNC_DIR,
      env: options.env,
      cwd: options.cwd ?? this.#defaults.cwd,
      tmp: this.#defaults.remoteTmp,
      login: this.#defaults.login,
    }
  }

  #scriptRequest(module: ScriptModule): { readonly header: object; readonly body: Uint8Array } {
    const args = module.argsFile
    return {
      header: {
        name: module.fileName,
        shebang: module.shebang,
        size: module.content.length,
        args: args !== undefined,
        tmp: this.#defaults.remoteTmp,
        login: this.#defaults.login,
      },
      body: args === undefined ? module.content : Buffer.concat([module.content, args]),
    }
  }
}

/** The answer to a call as a result. */
export function processResult(frame: Frame): ProcessResult {
  const { header, body } = frame
  const outLength = numberOf(header.out)
  return {
    rc: numberOf(header.rc),
    stdout: body.subarray(0, outLength),
    stderr: body.subarray(outLength),
    signal: typeof header.sig === 'number' ? header.sig : undefined,
    timedOut: header.timedOut === true ? true : undefined,
    cpuMs: typeof header.cpu === 'number' ? header.cpu : undefined,
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
