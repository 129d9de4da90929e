// What a run told, as lines that can be compared: what differs between any two runs is left out, and hosts that do one
// task at the same time are sorted.
import type { EngineEvent } from '../../../src/engine/index.js'
import { jsonDumps } from '../../../src/python/index.js'
import { Mapping, PyBytes, type Value } from '../../../src/python/values.js'

export interface RunName {
  readonly task: string
  readonly uuid: string
  readonly host: string
}

export interface Transcript {
  readonly lines: readonly string[]
  /** Each result as `ok TASK [HOST]`, sorted. */
  readonly results: readonly string[]
  /** What the last task of a playbook shows. */
  readonly shown: readonly string[]
  /** Warnings and errors, each once and sorted: when they are told is not settled. */
  readonly messages: readonly string[]
  /** Tasks that were run ahead of their turn, which then never came, on a host. */
  readonly wasted: readonly RunName[]
  readonly early: number
}

const RESULTS: ReadonlySet<string> = new Set([
  'runnerOk',
  'runnerFailed',
  'runnerSkipped',
  'runnerUnreachable',
  'itemOk',
  'itemFailed',
  'itemSkipped',
  'retry',
])

export function eventRecord(events: readonly EngineEvent[], directory: string): Transcript {
  const lines: string[] = []
  const messages: string[] = []
  const started = new Map<string, { readonly run: RunName; count: number; done: number }>()
  const results: string[] = []
  const shown: string[] = []
  let early = 0
  let group: { readonly host: string; readonly line: string }[] = []
  const add = (host: string, line: string) => group.push({ host, line })
  const flush = () => {
    const byHost = [...group].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0))
    lines.push(...byHost.map(({ line }) => line))
    group = []
  }
  const head = (line: string) => {
    flush()
    lines.push(line)
  }
  const ended = new Map<string, number>()
  for (const event of events) {
    if (RESULTS.has(event.kind) && 'result' in event) {
      const { kind, task, host, result } = event
      // How often something is tried until it is there is a matter of time.
      const isWaiting = task.displayName.endsWith(' waits')
      if (kind === 'retry' && isWaiting) continue
      const text = resultText(result as unknown as Value, directory)
      add(host, `${kind} ${task.displayName} [${host}] ${isWaiting ? text.replace(/"attempts":\d+/, '') : text}`)
      if (kind.startsWith('runner')) {
        const key = `${task.uuid} ${host}`
        ended.set(key, (ended.get(key) ?? 0) + 1)
        results.push(`${kind.slice('runner'.length).toLowerCase()} ${task.displayName.trim()} [${host}]`)
        if (kind === 'runnerOk' && task.displayName === 'shows variables')
          shown.push(`${host} ${resultText(result.get('msg') as Value, directory)}`)
      }
      continue
    }
    switch (event.kind) {
      case 'playStart':
        head(`PLAY ${event.play.name} ${event.play.hosts.join(',')}`)
        break
      case 'noHostsMatched':
      case 'noHostsRemaining':
        head(event.kind)
        break
      case 'taskStart':
        // While some hosts run handlers, meta tasks of others come in the same round: nobody says what ends first.
        if (event.task.action !== 'meta') head(`TASK ${event.task.displayName}`)
        break
      case 'handlerTaskStart':
        head(`HANDLER ${event.task.displayName}`)
        break
      case 'include':
        add('~', `include ${event.file.replaceAll(directory, '')} ${[...event.hosts].sort().join(',')}`)
        break
      case 'notify':
        add(event.host, `notify ${event.handler.displayName} [${event.host}]`)
        break
      case 'warning':
      case 'deprecation':
      case 'error':
        messages.push(`${event.kind}: ${event.text.replaceAll(directory, '')}`)
        break
      case 'early':
        if (event.state === 'dropped') {
          // It had to wait for what will not be, and has done nothing.
          const known = started.get(`${event.task.uuid} ${event.host}`)
          if (known !== undefined && known.count > known.done) known.count--
        } else if (event.state === 'ended') {
          const known = started.get(`${event.task.uuid} ${event.host}`)
          if (known !== undefined) known.done++
        } else if (event.state === 'started') {
          early++
          const { displayName, uuid } = event.task
          const key = `${uuid} ${event.host}`
          const known = started.get(key)
          if (known === undefined)
            started.set(key, { run: { task: displayName, uuid, host: event.host }, count: 1, done: 0 })
          else known.count++
        }
        break
      case 'stats':
        flush()
        for (const [host, summary] of [...event.stats.hosts].sort(([a], [b]) => (a < b ? -1 : 1)))
          lines.push(`RECAP ${host} ${JSON.stringify(summary)}`)
        break
    }
  }
  flush()
  const wasted = [...started].filter(([key, { count }]) => (ended.get(key) ?? 0) < count).map(([, { run }]) => run)
  return {
    lines,
    results: results.sort(),
    shown: shown.sort(),
    messages: [...new Set(messages)].sort(),
    wasted,
    early,
  }
}

function resultText(result: Value, directory: string): string {
  const plain = JSON.parse(jsonDumps(result, { default: encode })) as unknown
  return resultLine(plain, directory)
}

function encode(value: Value): Value {
  if (value instanceof Mapping) return [...value.entries()].flat()
  return value instanceof PyBytes ? Buffer.from(value.value).toString('utf8') : String(value)
}

export const resultLine = (result: unknown, directory: string): string =>
  JSON.stringify(settle(result)).replaceAll(directory, '')

/**
 * How deep Python is when it notices that templates need each other, and in which of them, depends on how it was called:
 * here one text stands for all.
 */
const ENDLESS =
  /(An unhandled exception occurred while templating '(?:(?!An unhandled exception).)*?'\. Error was a <class 'ansible\.errors\.AnsibleError'>, original message: )*recursive loop detected in template string: .*/s

const VOLATILE = new Set('start stop end delta atime mtime ctime inode dev elapsed version exception'.split(' '))

function settle(value: unknown, key = ''): unknown {
  if (VOLATILE.has(key)) return '*'
  if (typeof value === 'string')
    return value
      .replace(/\/[^\s"']*\/ansible-tmp-[\w.-]+\//g, 'TMP/')
      .replace(ENDLESS, 'templates without an end')
      .replace(/^tmp\w{8}$/, 'NAME')
      .replace(/\/[^\s"']*\/(ansible-local-|madansible-)[^/\s]+\/tmp[A-Za-z0-9_]+/g, 'LOCAL')
  if (Array.isArray(value)) return value.map(item => settle(item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, settle(item, name)]))
  return value
}
