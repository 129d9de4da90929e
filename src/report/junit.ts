// `--junit FILE`: the run as JUnit XML, the format CI servers read. A test suite is a play, a test case is a task on a host.
import type { PlayModel, RunModel, TaskModel, TaskRunModel } from './run-model.js'

/** XML text of a run. */
export function junitText(model: RunModel): string {
  const suites = model.plays.map((play, index) => suiteOf(model, play, index)).filter(suite => suite.cases.length > 0)
  const total = (key: 'failures' | 'errors' | 'skipped') => suites.reduce((sum, suite) => sum + suite[key], 0)
  const count = suites.reduce((sum, suite) => sum + suite.cases.length, 0)
  const head = attributes({
    name: model.playbooks.join(' '),
    tests: count,
    failures: total('failures'),
    errors: total('errors'),
    skipped: total('skipped'),
    time: seconds(model.elapsedMs),
    timestamp: stamp(model.startedAt),
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${suites.map(suiteText).join('')}</testsuites>\n`
}

interface Suite {
  readonly head: string
  readonly cases: readonly string[]
  readonly failures: number
  readonly errors: number
  readonly skipped: number
}

function suiteOf(model: RunModel, play: PlayModel, index: number): Suite {
  const runs = model.runs.filter(run => model.tasks[run.task]?.play === index)
  const failures = runs.filter(run => run.status === 'failed' && run.ignored !== true).length
  const errors = runs.filter(run => run.status === 'unreachable' || run.status === 'running').length
  const skipped = runs.filter(run => run.status === 'skipped' || run.status === 'untold').length
  const end = runs.reduce((latest, run) => Math.max(latest, run.end), play.start)
  const head = attributes({
    name: play.name,
    tests: runs.length,
    failures,
    errors,
    skipped,
    time: seconds(end - play.start),
    timestamp: stamp(model.startedAt + play.start),
  })
  return { head, cases: runs.map(run => caseText(model, run)), failures, errors, skipped }
}

const suiteText = (suite: Suite): string => `  <testsuite${suite.head}>\n${suite.cases.join('')}  </testsuite>\n`

function caseText(model: RunModel, run: TaskRunModel): string {
  const task = model.tasks[run.task] as TaskModel
  const host = model.hosts[run.host] as string
  const file = /^(.*):(\d+)$/.exec(task.path ?? '')
  const head = attributes({
    name: `[${host}] ${task.name}`,
    classname: model.components[run.component],
    time: seconds(run.end - run.start),
    file: file?.[1],
    line: file?.[2],
  })
  const body = bodyOf(run)
  return body === '' ? `    <testcase${head}/>\n` : `    <testcase${head}>\n${body}    </testcase>\n`
}

function bodyOf(run: TaskRunModel): string {
  const result = run.result ?? ''
  switch (run.status) {
    case 'failed':
      if (run.ignored === true) return `      <system-out>${xml(result)}</system-out>\n`
      return `      <failure${attributes({ message: messageOf(result), type: 'failed' })}>${xml(result)}</failure>\n`
    case 'unreachable':
      return `      <error${attributes({ message: messageOf(result), type: 'unreachable' })}>${xml(result)}</error>\n`
    case 'running':
      return `      <error${attributes({ message: 'The run ended before the task did.', type: 'interrupted' })}/>\n`
    case 'skipped':
      return `      <skipped${attributes({ message: messageOf(result) || undefined })}/>\n`
    case 'untold':
      return `      <skipped${attributes({ message: 'It was run before its turn, which then never came.' })}/>\n`
    default:
      return run.diff === undefined ? '' : `      <system-out>${xml(run.diff)}</system-out>\n`
  }
}

function messageOf(result: string): string {
  try {
    const { msg, skip_reason: reason } = JSON.parse(result) as { msg?: unknown; skip_reason?: unknown }
    const text = msg ?? reason
    return typeof text === 'string' ? text : text === undefined ? '' : JSON.stringify(text)
  } catch {
    return ''
  }
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3)
const stamp = (moment: number): string => new Date(moment).toISOString().slice(0, 19)

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;')}"`)
    .join('')
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escaped, without the characters that XML 1.0 has no way to say. */
function xml(text: string): string {
  return text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '\ufffd',
    )
    .replace(/[&<>"]/g, character => ESCAPES[character] as string)
}
