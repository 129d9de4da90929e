// `madansible run ASSEMBLY.yml`: checks the assembly, runs it by the rules of Madeus, tells when each transition ran.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { MadansibleError } from '../../errors.js'
import {
  type ActionCall,
  type ActionResult,
  type Assembly,
  type AssemblyRun,
  checkAssembly,
  errorOf,
  type Prediction,
  placed,
  predict,
  type Ran,
  readAssembly,
  runAssembly,
} from '../../madeus/index.js'
import { AssemblyReporter, Display, type TimelineRow } from '../../report/index.js'
import { interruptSignals, tellInterrupted } from '../interrupt.js'
import type { RunOptions } from '../run-options.js'
import { askPasswords, configured } from '../run-settings.js'
import { openAgents } from '../session.js'
import { voiceOf } from '../voice.js'
import { actionsOf, needsHosts } from './action-kinds.js'
import { type ActionStage, performer } from './perform.js'

const EXIT = { ok: 0, stuck: 1, failed: 2 } as const

/** Whether a file means to be an assembly: it has the key `assembly` at the top. */
export function isAssemblyFile(file: string): boolean {
  try {
    // What comes through a pipe can be read once: it is a playbook, as for ansible-playbook.
    if (!statSync(file).isFile()) return false
    return /^(?:assembly|"assembly"|'assembly')[ \t]*:/m.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

/** Runs the assembly of a file. @returns 0; 2 when an action failed; 1 when it came to a stop; 99 after Ctrl-C */
export async function runAssemblyFile(file: string, options: RunOptions): Promise<number> {
  if (options.playbooks.length > 1) {
    throw new MadansibleError(`${file} is an assembly: it runs alone`, {
      hint: 'Playbooks can be actions of its transitions.',
    })
  }
  const assembly = readAssembly(readFileSync(file, 'utf8'), file)
  const config = configured(options)
  const display = new Display(config, options.verbosity, { stdout: process.stdout, stderr: process.stderr })
  const findings = checkAssembly(assembly)
  for (const { severity, message, position } of findings) {
    if (severity === 'warning') display.warning(placed(message, position))
  }
  const error = errorOf(findings)
  if (error !== undefined) throw error
  const directory = path.dirname(path.resolve(file))
  const actions = actionsOf(assembly, directory)
  const reporter = new AssemblyReporter(display)
  if (options.syntaxCheck) {
    display.line(`\nassembly: ${file}`)
    return EXIT.ok
  }
  if (options.listTasks) {
    listTransitions(assembly, reporter, display)
    return EXIT.ok
  }
  const voice = voiceOf(event => {
    if (event.kind === 'warning') display.warning(event.text)
    if (event.kind === 'verbose') display.verbose(event.level, event.text, event.host)
  })
  const hasHosts = [...actions.values()].some(needsHosts)
  const passwords = hasHosts ? await askPasswords(options, config) : {}
  const agents = openAgents(config, voice, options.transport)
  const interrupt = interruptSignals(process, voice.warning)
  const stage: ActionStage = {
    actions,
    directory,
    scale: assembly.scale,
    reporter,
    isVerbose: options.verbosity > 0,
    playbooks: {
      config,
      options,
      passwords,
      agents,
      stop: interrupt.stop,
      assemblyFile: path.resolve(file),
    },
  }
  try {
    reporter.started(assembly.name, assembly.components.length, transitionCount(assembly))
    const act: (call: ActionCall) => Promise<ActionResult> = performer(stage)
    const run = await runAssembly(assembly, { act, signal: interrupt.stop, killSignal: interrupt.kill })
    tell(assembly, run, reporter)
    return exitCode(run)
  } finally {
    interrupt.dispose()
    await agents.closeAll()
  }
}

const transitionCount = (assembly: Assembly) =>
  assembly.components.reduce((sum, { type }) => sum + type.transitions.length, 0)

function exitCode({ outcome }: AssemblyRun): number {
  if (outcome.kind === 'interrupted') return tellInterrupted()
  return outcome.kind === 'success' ? EXIT.ok : outcome.kind === 'failed' ? EXIT.failed : EXIT.stuck
}

function tell(assembly: Assembly, run: AssemblyRun, reporter: AssemblyReporter): void {
  const measured = predictMeasured(assembly, run.ran)
  const critical = new Set(measured.criticalPath.map(({ component, transition }) => `${component}.${transition}`))
  const rows = run.ran
    .map(({ component, transition, startMs, endMs }): TimelineRow => {
      const name = `${component}.${transition}`
      return { name, start: startMs / 1000, end: endMs / 1000, isCritical: critical.has(name) }
    })
    .sort((a, b) => a.start - b.start)
  reporter.unfinished(run.outcome)
  reporter.timeline(rows, 'TIME LINE')
  reporter.recap(assembly.name, run, transitionCount(assembly) - run.ran.length, measured)
}

/** The prediction for how long each transition took in this run; what did not run takes no time. */
function predictMeasured(assembly: Assembly, ran: readonly Ran[]): Prediction {
  const durations = new Map(
    ran.map(({ component, transition, startMs, endMs }) => [`${component}.${transition}`, (endMs - startMs) / 1000]),
  )
  return predict(assembly, ({ id }, transition) => durations.get(`${id}.${transition.id}`) ?? 0)
}

function listTransitions(assembly: Assembly, reporter: AssemblyReporter, display: Display): void {
  const prediction = predict(assembly)
  const critical = new Set(prediction.criticalPath)
  const isCritical = (name: string) =>
    [...critical].some(({ component, transition }) => `${component}.${transition}` === name)
  const rows = prediction.transitions.map(({ component, transition, start, end }): TimelineRow => {
    const name = `${component}.${transition}`
    return { name, start, end, isCritical: isCritical(name) }
  })
  reporter.timeline(
    rows.sort((a, b) => a.start - b.start),
    `ASSEMBLY [${assembly.name}]`,
  )
  display.line(`\nexpected ${prediction.seconds.toFixed(1)} s, work ${prediction.work.toFixed(1)} s`)
}
