// How long each task of an ansible-playbook run took, read from what the run left: console output with the profile_tasks
// callback, a log file with time stamps (ANSIBLE_LOG_PATH), or the document of the json callback.
import { UsageError } from '../errors.js'

export interface LoggedTask {
  readonly name: string
  readonly seconds: number
  /** Hosts that did it, and those that skipped it. */
  readonly hosts: number
  readonly skipped: number
  /** Most loop items that one host did, 1 without a loop. */
  readonly items: number
}

const HEADER = /^(?:TASK|RUNNING HANDLER) \[(.*?)\] \**/
const STAMPED = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) p=\d+ u=\S+ n=\S+ (?:\w+\s*)?\| ?(.*)$/
const PROFILED = /^\w+ \d+ \w+ \d{4}\s+[\d:]+ [+-]\d{4} \(\d+:\d\d:\d\d\.\d+\)\s+(\d+):(\d\d):(\d\d\.\d+)/
const RESULT = /^(?:(ok|changed|fatal|failed|skipping)): \[([^\]\s]+)(?: -> [^\]]*)?\](.*)$/

/** Tasks in the order in which they ran. Throws UsageError when the text tells no times. */
export function readAnsibleLog(text: string): LoggedTask[] {
  const plain = text.replace(/\x1b\[[\d;]*m/g, '')
  const tasks = plain.trimStart().startsWith('{') ? fromJson(plain) : fromLines(plain.split(/\r?\n/))
  if (tasks.length > 0) return tasks
  throw new UsageError('The log tells no task with its time.', {
    hint: 'Run ansible-playbook with ANSIBLE_CALLBACKS_ENABLED=profile_tasks, ANSIBLE_LOG_PATH=file or ANSIBLE_STDOUT_CALLBACK=json.',
  })
}

interface Draft {
  readonly name: string
  begin: number | undefined
  readonly did: Map<string, number>
  readonly skipped: Set<string>
}

function fromLines(lines: readonly string[]): LoggedTask[] {
  const drafts: Draft[] = []
  /** Seconds at which what came last ended. */
  let clock: number | undefined
  let end: number | undefined
  for (const raw of lines) {
    const stamped = STAMPED.exec(raw)
    if (stamped !== null) clock = Date.parse(`${stamped[1]?.replace(' ', 'T')}.${stamped[2]}Z`) / 1000
    const line = stamped === null ? raw : (stamped[3] as string)
    const header = HEADER.exec(line)
    if (header !== null) {
      drafts.push({ name: header[1] as string, begin: clock, did: new Map(), skipped: new Set() })
      continue
    }
    const profiled = PROFILED.exec(line)
    if (profiled !== null) {
      const [, hours, minutes, seconds] = profiled
      const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
      const last = drafts.at(-1)
      // The line after a headline tells when the task began; the one after the recap, when the last one ended.
      if (last !== undefined && last.did.size === 0 && last.skipped.size === 0) last.begin = total
      else end = total
      continue
    }
    if (line.startsWith('PLAY RECAP') && stamped !== null) end = clock
    noteResult(drafts.at(-1), line)
  }
  return withDurations(drafts, end ?? clock)
}

function noteResult(draft: Draft | undefined, line: string): void {
  const match = RESULT.exec(line)
  if (match === null || draft === undefined) return
  const [, verdict, host, rest] = match as unknown as [string, string, string, string]
  if (verdict === 'skipping') {
    if (!rest.includes('(item=')) draft.skipped.add(host)
    return
  }
  const isItem = rest.includes('(item=')
  draft.did.set(host, (draft.did.get(host) ?? 0) + (isItem ? 1 : draft.did.has(host) ? 0 : 1))
}

function withDurations(drafts: readonly Draft[], end: number | undefined): LoggedTask[] {
  const out: LoggedTask[] = []
  drafts.forEach((draft, at) => {
    const next = drafts[at + 1]?.begin ?? (at === drafts.length - 1 ? end : undefined)
    if (draft.begin === undefined || next === undefined || next < draft.begin) return
    out.push({
      name: draft.name,
      seconds: next - draft.begin,
      hosts: draft.did.size,
      skipped: draft.skipped.size,
      items: Math.max(1, ...draft.did.values()),
    })
  })
  return out
}

interface JsonTask {
  readonly task?: { readonly name?: string; readonly duration?: { readonly start?: string; readonly end?: string } }
  readonly hosts?: Readonly<Record<string, { readonly skipped?: boolean; readonly results?: readonly unknown[] }>>
}

function fromJson(text: string): LoggedTask[] {
  let document: { readonly plays?: readonly { readonly tasks?: readonly JsonTask[] }[] }
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`The log is no JSON: ${(cause as Error).message}`, { cause })
  }
  const out: LoggedTask[] = []
  for (const { task, hosts } of (document.plays ?? []).flatMap(play => play.tasks ?? [])) {
    const { start, end } = task?.duration ?? {}
    if (start === undefined || end === undefined) continue
    const results = Object.values(hosts ?? {})
    const done = results.filter(result => result.skipped !== true)
    out.push({
      name: task?.name ?? '',
      seconds: (Date.parse(end) - Date.parse(start)) / 1000,
      hosts: done.length,
      skipped: results.length - done.length,
      items: Math.max(1, ...done.map(result => (Array.isArray(result.results) ? result.results.length : 1))),
    })
  }
  return out
}
