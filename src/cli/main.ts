// The `madansible` command: finds the subcommand, turns mistakes into messages and exit codes.
import { Command, CommanderError } from 'commander'
import { benchCommand, benchFlags } from './bench-options.js'
import { evalCommand } from './eval-options.js'
import { failure } from './failure.js'
import { completeFlags } from './flag-names.js'
import { planCommand, planFlags } from './plan/plan-options.js'
import { runCommand, runOptions } from './run-options.js'
import { productVersion } from './version.js'

/**
 * Runs one command line.
 * @param argv arguments after the program's name
 * Sets process.exitCode; user mistakes are printed as text, bugs with their stack.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that goes away (`| head`) is a normal end.
  process.stdout.on('error', error => {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    process.exitCode = await dispatch(argv)
  } catch (error) {
    process.exitCode = failure(error)
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = new Command('madansible')
    .description('Runs Ansible repositories unchanged: everything that can run in parallel does.')
    .version(productVersion(), '--version', 'print the version')
    // `madansible run --version` is the run's own option.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
  const run = runCommand()
    .exitOverride()
    .action(async () => {
      const { run: start } = await import('./run.js')
      exitCode = await start(runOptions(run))
    })
  const planning = planCommand()
    .exitOverride()
    .action(async () => {
      const { plan } = await import('./plan/plan.js')
      exitCode = await plan(planFlags(planning))
    })
  const evaluate = evalCommand()
    .exitOverride()
    .action(async () => {
      const { evaluateExpressions } = await import('./eval.js')
      exitCode = await evaluateExpressions(evaluate)
    })
  let completed: readonly string[] = argv
  const compare = benchCommand()
    .exitOverride()
    .action(async () => {
      const { bench } = await import('./bench.js')
      exitCode = await bench(benchFlags(compare, completed.slice(1)))
    })
  const commands = [run, planning, evaluate, compare]
  for (const each of commands) program.addCommand(each)
  const command = commands.find(each => each.name() === argv[0])
  if (command) completed = [argv[0] as string, ...completeFlags(command, argv.slice(1))]
  try {
    await program.parseAsync([...completed], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has printed its message already; argparse ends with 2 for a wrong command line.
    return error.exitCode === 0 ? 0 : 2
  }
  return exitCode
}
