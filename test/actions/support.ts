// Runs a playbook here and with ansible-playbook in the same directory, and gives both lists of results for comparison.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createActionRunner } from '../../src/actions/index.js'
import { limitHosts, openAgents, openSession } from '../../src/cli/session.js'
import { voiceOf } from '../../src/cli/voice.js'
import { Config } from '../../src/config/index.js'
import { type EngineEvent, runPlaybooks } from '../../src/engine/index.js'
import { jsonDumps } from '../../src/python/index.js'
import { Mapping, PyBytes, type Value } from '../../src/python/values.js'

export interface TaskOutcome {
  readonly kind: string
  readonly task: string
  readonly host: string
  readonly result: unknown
}

export interface PlaybookOptions {
  readonly check?: boolean
  readonly diff?: boolean
  readonly inventory?: string
  /** Directory that both runs start from; its content is restored between them. */
  readonly fixture: string
  readonly playbook: string
}

/** Results of the same playbook by ansible-playbook and by this product, with what always differs made equal. */
export async function runBoth(options: PlaybookOptions): Promise<{ expected: TaskOutcome[]; actual: TaskOutcome[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'madansible-actions-'))
  try {
    prepare(options.fixture, directory)
    const expected = runAnsible(options, directory)
    prepare(options.fixture, directory)
    const actual = await runHere(options, directory)
    return { expected: expected.map(settled), actual: actual.map(settled) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

export function prepare(fixture: string, directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  cpSync(fixture, directory, { recursive: true, verbatimSymlinks: true })
}

const inventoryOf = (options: PlaybookOptions) => options.inventory ?? 'localhost,'

export function runAnsible(options: PlaybookOptions, directory: string): TaskOutcome[] {
  const dump = join(directory, 'results.jsonl')
  const flags = [...(options.check ? ['--check'] : []), ...(options.diff ? ['--diff'] : [])]
  const run = spawnSync('ansible-playbook', ['-i', inventoryOf(options), ...flags, join(directory, options.playbook)], {
    encoding: 'utf8',
    cwd: directory,
    env: {
      ...process.env,
      ANSIBLE_STDOUT_CALLBACK: 'dump_results',
      ANSIBLE_CALLBACK_PLUGINS: join(import.meta.dirname, 'oracle'),
      ANSIBLE_LOCALHOST_WARNING: '0',
      // Fewer processes a task; results are the same.
      ANSIBLE_PIPELINING: '1',
      DUMP_RESULTS: dump,
    },
  })
  if (!existsSync(dump)) throw new Error(`ansible-playbook gave no results: ${run.stdout}${run.stderr}`)
  const lines = readFileSync(dump, 'utf8').trim().split('\n')
  return lines.map(line => JSON.parse(line) as TaskOutcome)
}

const KINDS: Partial<Record<EngineEvent['kind'], string>> = {
  runnerOk: 'ok',
  runnerFailed: 'failed',
  runnerSkipped: 'skipped',
  runnerUnreachable: 'unreachable',
}

export async function runHere(options: PlaybookOptions, directory: string): Promise<TaskOutcome[]> {
  const outcomes: TaskOutcome[] = []
  const voice = voiceOf(event => {
    const kind = KINDS[event.kind]
    if (kind === undefined || !('result' in event)) return
    const result = JSON.parse(jsonDumps(event.result, { default: encode })) as unknown
    outcomes.push({ kind, task: event.task.displayName.trim(), host: event.host, result })
  })
  const config = Config.load({ cwd: directory })
  const defaults = {
    tags: ['all'],
    skipTags: [],
    check: options.check ?? false,
    diff: options.diff ?? false,
    forks: 5,
    forceHandlers: false,
    connection: config.get('DEFAULT_TRANSPORT'),
    remoteUser: undefined,
    become: config.get('DEFAULT_BECOME'),
    becomeMethod: config.get('DEFAULT_BECOME_METHOD'),
    becomeUser: undefined,
  }
  const sources = {
    inventory: [inventoryOf(options)],
    extraVars: [],
    vaultIds: [],
    vaultPasswordFiles: [],
    modulePath: [],
  }
  const session = await openSession(config, sources as never, defaults, voice, directory)
  limitHosts(config, session.inventory, undefined, voice)
  const agents = openAgents(config, voice, undefined)
  const actions = createActionRunner({ agents, modules: session.modules, config, loader: session.loader })
  try {
    await runPlaybooks(
      [join(directory, options.playbook)],
      {
        config,
        loader: session.loader,
        inventory: session.inventory,
        variables: session.variables,
        loadContext: session.loadContext,
        actions,
        prompter: { isInteractive: false, ask: async () => '' },
        options: { forks: 5, verbosity: 0, check: defaults.check, diff: defaults.diff },
        onEvent: voice.emit,
      },
      new AbortController().signal,
    )
  } finally {
    await agents.closeAll()
    await session.close()
  }
  return outcomes
}

function encode(value: Value): Value {
  if (value instanceof Mapping) return [...value.entries()].flat()
  return value instanceof PyBytes ? Buffer.from(value.value).toString('utf8') : String(value)
}

const VOLATILE = new Set(
  'start stop end delta atime mtime ctime inode dev ansible_job_id attempts elapsed version'.split(' '),
)

/** Times, inodes and temporary names differ between any two runs. */
export function settled(outcome: TaskOutcome): TaskOutcome {
  return { ...outcome, result: settle(outcome.result) }
}

function settle(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    if (VOLATILE.has(key)) return '*'
    return value
      .replace(/\/[^\s"']*\/ansible-tmp-[0-9.]+-\d+-\d+\//g, 'TMP/')
      .replace(/\/[^\s"']*\/ansible-local-[^/\s]+\/tmp[A-Za-z0-9_]+/g, 'LOCAL')
      .replace(/^Paused for [0-9.]+/, 'Paused for *')
      .replace(/\bj\d+\.\d+\b/g, 'JOB')
      .replace(/^tmp[A-Za-z0-9_]{8}$/, 'LOCALNAME')
      .replace(/Traceback \(most recent call last\):\n[\s\S]*\n(?=[^\n]*\n?$)/, 'Traceback…\n')
  }
  if (typeof value === 'number' && VOLATILE.has(key)) return '*'
  if (Array.isArray(value)) return value.map(item => settle(item))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, settle(item, name)]))
  }
  return value
}
