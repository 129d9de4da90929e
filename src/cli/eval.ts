// `madansible eval`: tries an expression with the variables of a host, or answers a batch of JSON lines.
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { Config } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import { BatchEvaluator } from '../jinja/index.js'
import { jsonDumps, str } from '../python/index.js'
import { isText } from '../python/values.js'
import { Display, displayEvent } from '../report/index.js'
import { limitHosts, openSession, voiceOf } from './session.js'
import { type SourceOptions, sourceOptions } from './source-options.js'

/** Runs the command. @returns the exit code */
export async function evaluateExpressions(command: Command): Promise<number> {
  const given = command.opts<{ batch?: boolean; playbookDir?: string }>()
  if (given.batch) return evaluateBatch()
  if (command.args.length === 0) {
    throw new MadansibleError('an expression is needed', {
      hint: "For example: madansible eval '{{ inventory_hostname }}' -i hosts -l web1",
    })
  }
  return evaluateFor(command.args, sourceOptions(given), path.resolve(given.playbookDir ?? '.'))
}

/** One JSON line in, one out, in order and at once. */
async function evaluateBatch(): Promise<number> {
  const evaluator = new BatchEvaluator()
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    if (!process.stdout.write(`${evaluator.evaluateLine(line)}\n`)) {
      await new Promise(resolve => process.stdout.once('drain', resolve))
    }
  }
  return 0
}

async function evaluateFor(texts: readonly string[], options: SourceOptions, directory: string): Promise<number> {
  const config = Config.load()
  const display = new Display(config, options.verbosity, { stdout: process.stdout, stderr: process.stderr })
  const voice = voiceOf(event => displayEvent(display, event))
  const defaults = {
    tags: ['all'],
    skipTags: [],
    check: false,
    diff: false,
    forks: config.get('DEFAULT_FORKS'),
    forceHandlers: false,
    connection: undefined,
    remoteUser: undefined,
    become: undefined,
    becomeMethod: undefined,
    becomeUser: undefined,
  }
  const session = await openSession(config, options, defaults, voice, directory)
  limitHosts(config, session.inventory, options.limit, voice)
  const chosen = session.inventory.listHosts(options.limit ?? 'all')
  const hosts = chosen.length > 0 ? chosen : [session.inventory.getHost('localhost')]
  for (const host of hosts) {
    const templar = session.variables.getVars({ host }).templar()
    for (const text of texts) {
      const value = templar.template(text)
      const shown = isText(value) ? str(value) : jsonDumps(value, { indent: 4, sortKeys: false, ensureAscii: false })
      process.stdout.write(hosts.length > 1 ? `${host?.name}: ${shown}\n` : `${shown}\n`)
    }
  }
  session.loader.cleanup()
  return 0
}
