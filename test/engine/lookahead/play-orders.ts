// Plays a random repository in one process in Ansible's order and ahead of it, and says what differs. Agents are kept
// from one playbook to the next.
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { createActionRunner } from '../../../src/actions/index.js'
import type { AgentPool } from '../../../src/agent/index.js'
import { factModules } from '../../../src/cli/early-options.js'
import { BUG_EXIT_CODE } from '../../../src/cli/failure.js'
import { limitHosts, openAgents, openSession } from '../../../src/cli/session.js'
import { voiceOf } from '../../../src/cli/voice.js'
import { Config } from '../../../src/config/index.js'
import { type EngineEvent, type LookaheadOptions, runPlaybooks } from '../../../src/engine/index.js'
import { MadansibleError } from '../../../src/errors.js'
import { FootprintModel } from '../../../src/inference/index.js'
import { eventRecord, type Transcript } from './event-record.js'
import { Random } from './random.js'
import { LAST_PLAY, PLAYBOOK, type RandomPlaybook } from './random-playbooks.js'
import { SimpleHosts } from './simple-hosts.js'

export type OrderRule = NonNullable<LookaheadOptions['without']> extends ReadonlySet<infer R> ? R : never

export interface Outcome extends Transcript {
  /** Exit code. */
  readonly end: string
  /** What ended the run before its end; undefined when nothing did. */
  readonly error: string | undefined
  /** What is on disk afterwards. */
  readonly files: ReadonlyMap<string, string>
  /** How often a package manager was called while it worked. */
  readonly overlaps: number
  /** Files that a task changed on a host, by `TASK-UUID HOST`; undefined when nobody watched. */
  readonly changes: ReadonlyMap<string, readonly string[]> | undefined
  /** Tasks that began before all that precedes them had been taken in. */
  readonly early: number
}

export interface Order {
  readonly kind: 'linear' | 'inferred'
  readonly seed?: number
  readonly without?: ReadonlySet<OrderRule>
  readonly failurePolicy?: LookaheadOptions['failurePolicy']
}

/** How the hosts of a playbook are reached, as host variables. */
export type HostAccess = (host: string, index: number) => Readonly<Record<string, string | number>>

export const LOCAL: HostAccess = () => ({ ansible_connection: 'local' })

/** A run that takes longer waits for something that never comes. */
const PATIENCE_MS = Number(process.env.MADANSIBLE_TEST_PATIENCE ?? 120) * 1000

export class OrderBench {
  readonly #directory: string
  readonly #agents: AgentPool

  /** `access`: how Python reaches the hosts; without it they are simple ones. */
  constructor(
    readonly access: HostAccess | undefined,
    folder = '/var/tmp',
  ) {
    this.#directory = mkdtempSync(path.join(folder, 'madansible-orders-'))
    this.#agents = openAgents(
      Config.load({ cwd: this.#directory }),
      voiceOf(() => {}),
      undefined,
    )
  }

  get directory(): string {
    return this.#directory
  }

  /** Writes the repository and empties what its tasks write to. @returns the folder of the playbook */
  prepare(playbook: RandomPlaybook): string {
    const folder = path.join(this.#directory, 'repository')
    const state = path.join(this.#directory, 'state')
    rmSync(folder, { recursive: true, force: true })
    rmSync(state, { recursive: true, force: true })
    for (const host of [...playbook.hosts, 'shared']) mkdirSync(path.join(state, host), { recursive: true })
    for (const [name, content] of Object.entries(playbook.files)) {
      const file = path.join(folder, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, null, 1)}\n`)
    }
    writeFileSync(path.join(folder, 'hosts.json'), JSON.stringify(this.#inventory(playbook, state)))
    return folder
  }

  #inventory(playbook: RandomPlaybook, state: string): unknown {
    const hosts = playbook.hosts.map((host, index) => [
      host,
      {
        base: path.join(state, host),
        ansible_python_interpreter: '/usr/bin/python3',
        ...(this.access ?? LOCAL)(host, index),
      },
    ])
    return { all: { hosts: Object.fromEntries(hosts), vars: { shared: path.join(state, 'shared') } } }
  }

  async play(playbook: RandomPlaybook, order: Order): Promise<Outcome> {
    const folder = this.prepare(playbook)
    const events: EngineEvent[] = []
    const voice = voiceOf(event => events.push(event))
    const config = Config.load({ cwd: folder })
    const defaults = {
      tags: playbook.tags.length > 0 ? playbook.tags : ['all'],
      skipTags: [],
      check: false,
      diff: false,
      forks: 5,
      forceHandlers: false,
      connection: config.get('DEFAULT_TRANSPORT'),
      remoteUser: undefined,
      become: false,
      becomeMethod: config.get('DEFAULT_BECOME_METHOD'),
      becomeUser: undefined,
    }
    const sources = {
      inventory: [path.join(folder, 'hosts.json')],
      extraVars: [],
      vaultIds: [],
      vaultPasswordFiles: [],
      modulePath: [],
    }
    const session = await openSession(config, sources as never, defaults, voice, folder)
    limitHosts(config, session.inventory, undefined, voice)
    const stop = new AbortController()
    const { modules, loader } = session
    const actions = createActionRunner({ agents: this.#agents, modules, config, loader })
    const stateFolder = path.join(this.#directory, 'state')
    const changes = new Map<string, string[]>()
    const note = (uuid: string, host: string, file: string) => {
      const key = `${uuid} ${host}`
      changes.set(key, [...(changes.get(key) ?? []), path.relative(stateFolder, file)])
    }
    const simple = this.access === undefined ? new SimpleHosts(actions, pauses(order), note) : undefined
    let timer: NodeJS.Timeout | undefined
    const run = runPlaybooks(
      [path.join(folder, PLAYBOOK)],
      {
        config,
        loader: session.loader,
        inventory: session.inventory,
        variables: session.variables,
        loadContext: session.loadContext,
        actions: simple ?? actions,
        prompter: { isInteractive: false, ask: async () => '' },
        options: { forks: 5, verbosity: 0, check: false, diff: false },
        onEvent: voice.emit,
        early: order.kind === 'linear' ? undefined : early(session, order),
      },
      stop.signal,
    ).then(({ exitCode }) => ({ end: `exit code ${exitCode}`, error: undefined }), endOf)
    const patience = new Promise<Ending>(resolve => {
      timer = setTimeout(() => resolve({ end: 'it never ends', error: undefined }), PATIENCE_MS)
    })
    try {
      return {
        ...(await Promise.race([run, patience])),
        ...eventRecord(events, this.#directory),
        files: filesBelow(stateFolder),
        overlaps: simple?.packages.overlaps ?? 0,
        changes: this.access === undefined ? changes : undefined,
      }
    } finally {
      clearTimeout(timer)
      await session.close()
    }
  }

  async close(): Promise<void> {
    await this.#agents.closeAll()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

type Ending = Pick<Outcome, 'end' | 'error'>

/** As the command line ends when something is thrown. */
function endOf(error: unknown): Ending {
  const code = error instanceof MadansibleError ? error.exitCode : BUG_EXIT_CODE
  return { end: `exit code ${code}`, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }
}

function early(
  session: Parameters<typeof factModules>[0],
  { seed = 0, without, failurePolicy = 'graph' }: Order,
): LookaheadOptions {
  return {
    order: 'inferred',
    failurePolicy,
    model: FootprintModel.load({ adapterFolders: [], warn: () => {} }),
    mayReturnFacts: factModules(session),
    perHost: 8,
    maxRuns: 4000,
    jitter: order => pause(seed, order),
    without,
  }
}

/** Within an action: mostly none. */
function pauses({ kind, seed = 0 }: Order): () => Promise<void> {
  if (kind === 'linear') return () => Promise.resolve()
  const random = new Random(seed)
  return () =>
    random.chance(0.6)
      ? Promise.resolve()
      : new Promise(resolve => (random.chance(0.5) ? setImmediate(resolve) : setTimeout(resolve, random.between(0, 6))))
}

/** Most runs begin at once, some a little later, few much later: others overtake them. */
function pause(seed: number, order: number): Promise<void> {
  const random = new Random(seed * 65_599 + order)
  const ms = random.chance(0.5) ? 0 : random.chance(0.85) ? random.between(0, 5) : random.between(6, 30)
  return ms === 0 ? Promise.resolve() : new Promise(resolve => setTimeout(resolve, ms))
}

export function filesBelow(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  const walk = (folder: string) => {
    for (const name of readdirSync(folder).sort()) {
      const file = path.join(folder, name)
      const status = lstatSync(file)
      const mode = (status.mode & 0o7777).toString(8)
      const key = path.relative(root, file)
      if (status.isDirectory()) {
        files.set(key, `directory ${mode}`)
        walk(file)
      } else if (status.isSymbolicLink()) files.set(key, `link to ${path.relative(root, readlinkSync(file))}`)
      else files.set(key, `file ${mode}: ${readFileSync(file, 'utf8')}`)
    }
  }
  walk(root)
  return files
}

/**
 * What two orders of one playbook have differently, for people; empty when nothing. Where a host has failed, tasks that
 * follow the failed one may have run on it by then (the policy `graph`): the files that they changed may differ, and
 * nothing else. With the policy `strict` nothing differs: tasks that only look may have run, and changed nothing.
 */
export function differences(
  linear: Outcome,
  inferred: Outcome,
  policy: LookaheadOptions['failurePolicy'] = 'graph',
): string[] {
  const found: string[] = []
  const [end, other] = [linear, inferred].map(({ end, error }) => (error === undefined ? end : `${end}: ${error}`))
  if (end !== other) found.push(`it ends with ${end} and with ${other}`)
  for (let at = 0; at < Math.max(linear.lines.length, inferred.lines.length); at++)
    if (linear.lines[at] !== inferred.lines[at]) {
      found.push(`line ${at}:\n  linear   ${linear.lines[at]}\n  inferred ${inferred.lines[at]}`)
      break
    }
  if (linear.messages.join('\n') !== inferred.messages.join('\n'))
    found.push(
      `messages:\n  linear   ${linear.messages.join('\n           ')}\n  inferred ${inferred.messages.join('\n           ')}`,
    )
  if (inferred.overlaps > 0) found.push(`${inferred.overlaps} times packages were installed at the same time`)
  const stopped = stoppedHosts(linear)
  const isStrict = policy === 'strict'
  for (const { task, host } of inferred.wasted)
    if (!isStrict && !stopped(host))
      found.push(`${task} was run on ${host}, which has not failed, and its turn never came`)
  for (const name of new Set([...linear.files.keys(), ...inferred.files.keys()])) {
    // What nobody waits for may come after the end.
    if (name.endsWith('.late')) continue
    if (linear.files.get(name) === inferred.files.get(name)) continue
    if (!isStrict && isExcused(name, inferred)) continue
    found.push(`file ${name}:\n  linear   ${linear.files.get(name)}\n  inferred ${inferred.files.get(name)}`)
  }
  return found
}

/** Hosts that have left a play before its end. A playbook ends when a play has lost all of its hosts. */
function stoppedHosts({ lines, end }: Outcome): (host: string) => boolean {
  const isCutShort = end !== 'exit code 0' && !lines.some(line => line.startsWith(`PLAY ${LAST_PLAY} `))
  if (isCutShort || lines.includes('noHostsRemaining')) return () => true
  const failed = lines.flatMap(line => {
    const recap = /^RECAP (\S+) (.*)$/.exec(line)
    const counts = recap === null ? {} : (JSON.parse(recap[2] as string) as Record<string, number>)
    return (counts.failures ?? 0) + (counts.unreachable ?? 0) > 0 ? [recap?.[1] as string] : []
  })
  return host => failed.includes(host)
}

/** A task whose turn never came changed the file, something below it, or something that it is in. */
function isExcused(name: string, { changes, wasted }: Outcome): boolean {
  if (changes === undefined) return wasted.length > 0
  return wasted.some(({ uuid, host }) =>
    changes
      .get(`${uuid} ${host}`)
      ?.some(file => `${file}/`.startsWith(`${name}/`) || `${name}/`.startsWith(`${file}/`)),
  )
}
