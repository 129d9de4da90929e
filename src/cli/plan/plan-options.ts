// The flags of `madansible plan`: those of `run`, and how the plan is shown.
import type { Command } from 'commander'
import { type RunOptions, runCommand, runOptions } from '../run-options.js'

export interface PlanFlags {
  readonly run: RunOptions
  readonly why: readonly string[] | undefined
  readonly dot: boolean
  readonly mermaid: boolean
  readonly save: string | undefined
  readonly against: string | undefined
  readonly covers: string | undefined
  readonly gatherFacts: boolean
  readonly withdrawn: ReadonlySet<string>
}

/** A flag that begins with --no- is true until it is given. */
const withdraw = (name: string, known: unknown): string[] => [...(Array.isArray(known) ? known : []), name]

/** The command line of `madansible plan`. */
export function planCommand(): Command {
  return runCommand()
    .name('plan')
    .description('Shows what would run and what would wait for what, and runs nothing.')
    .optionsGroup('Plan options:')
    .option('--why <tasks...>', 'why the second of two tasks waits for the first, or why it does not')
    .option('--dot', 'the graph of tasks for Graphviz')
    .option('--mermaid', 'the graph of tasks for Mermaid')
    .option('--save <file>', 'write the plan as an assembly')
    .option('--against <assembly>', 'compare with an assembly written by hand')
    .option('--covers <file>', 'which tasks are part of which transition of that assembly')
    .option('--gather-facts', 'gather the facts of the hosts first: what depends on them is known then')
    .option('--no-assume <name>', 'do without an assumption; may be repeated', withdraw)
}

export function planFlags(command: Command): PlanFlags {
  const given = command.opts<Record<string, unknown>>()
  const text = (name: string) => given[name] as string | undefined
  const withdrawn = Array.isArray(given.assume) ? (given.assume as string[]) : []
  return {
    run: runOptions(command),
    why: given.why as string[] | undefined,
    dot: given.dot === true,
    mermaid: given.mermaid === true,
    save: text('save'),
    against: text('against'),
    covers: text('covers'),
    gatherFacts: given.gatherFacts === true,
    withdrawn: new Set(withdrawn),
  }
}
