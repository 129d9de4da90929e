// `madansible eval`: tries an expression with the variables of a host, or answers a batch of JSON lines.
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { Config } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import { BatchEvaluator } from '../jinja/index.js'
import { jsonDumps, str, type Value } from '../python/index.js'
import { isText } from '../python/values.js'
import { Display, displayEvent } from '../report/index.js'
import { limitHosts, openSession, type PlayDefaults } from './session.js'
import { type SourceOptions, sourceOptions } from './source-options.js'
import { openTemplating, settingOf } from './templating.js'
import { type Voice, voiceOf } from './voice.js'

interface EvalRun {
  readonly options: SourceOptions
  readonly config: Config
  readonly defaults: PlayDefaults
  readonly voice: Voice
  /** Folder whose group_vars, filter_plugins and so on count. */
  readonly directory: string
}

/** Runs the command. @returns the exit code */
export async function evaluateExpressions(command: Command): Promise<number> {
  const given = command.opts<{ batch?: boolean; explain?: boolean; playbookDir?: string }>()
  const run = openRun(sourceOptions(given), path.resolve(given.playbookDir ?? '.'))
  if (given.batch) return evaluateBatch(run, given.explain === true)
  if (command.args.length === 0) {
    throw new MadansibleError('an expression is needed', {
      hint: "For example: madansible eval '{{ inventory_hostname }}' -i hosts -l web1",
    })
  }
  return evaluateFor(command.args, given.explain === true, run)
}

function openRun(options: SourceOptions, directory: string): EvalRun {
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
  return { options, config, defaults, voice, directory }
}

/** One JSON line in, one out, in order and at once. */
async function evaluateBatch(run: EvalRun, isExplained: boolean): Promise<number> {
  const { options, config, defaults, voice, directory } = run
  const templating = await openTemplating(config, options, defaults, voice, directory)
  const { environment, foreign, loader, pluginHost } = templating
  const evaluator = new BatchEvaluator({ environment, vault: loader.vault, setting: name => settingOf(config, name) })
  try {
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === '') continue
      if (!process.stdout.write(`${evaluator.evaluateLine(line)}\n`)) {
        await new Promise(resolve => process.stdout.once('drain', resolve))
      }
    }
  } finally {
    if (isExplained) process.stderr.write(explanation([], foreign.explain()))
    await pluginHost.close()
  }
  return 0
}

async function evaluateFor(texts: readonly string[], isExplained: boolean, run: EvalRun): Promise<number> {
  const { options, config, defaults, voice, directory } = run
  const session = await openSession(config, options, defaults, voice, directory)
  try {
    limitHosts(config, session.inventory, options.limit, voice)
    const chosen = session.inventory.listHosts(options.limit ?? 'all')
    const hosts = chosen.length > 0 ? chosen : [session.inventory.getHost('localhost')]
    for (const host of hosts) {
      const templar = session.variables.getVars({ host }).templar()
      for (const text of texts) {
        const shown = shownValue(templar.template(text))
        process.stdout.write(hosts.length > 1 ? `${host?.name}: ${shown}\n` : `${shown}\n`)
      }
    }
  } finally {
    if (isExplained) process.stderr.write(explanation(texts, session.foreign.explain()))
    await session.close()
  }
  return 0
}

/** Which way was taken: for each of the texts given, and for each filter, test and lookup. */
function explanation(texts: readonly string[], parts: readonly string[]): string {
  const native = texts.map(text => `template ${text}`).filter(each => !parts.includes(`${each}: plugin host`))
  return [...native.map(each => `${each}: built in`), ...parts].map(line => `${line}\n`).join('')
}

const shownValue = (value: Value): string =>
  isText(value) ? str(value) : jsonDumps(value, { indent: 4, sortKeys: false, ensureAscii: false })
