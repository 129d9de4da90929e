// What the tests of templating share: templars over plain variables, and the installed Ansible as oracle.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { doTemplate } from '../../src/jinja/do-template.js'
import {
  type Controller,
  DictScope,
  type EnvironmentOptions,
  Templar,
  type TemplarOptions,
  TemplateEnvironment,
  TemplateError,
} from '../../src/jinja/index.js'
import { withDeadline } from '../../src/jinja/runtime/deadline.js'
import { decodeWire } from '../../src/jinja/wire.js'
import {
  Dict,
  floatRepr,
  jsonLoads,
  Mapping,
  PyFloat,
  PySet,
  repr,
  Text,
  Tuple,
  type Value,
} from '../../src/python/index.js'
import { VaultSecrets } from '../../src/vault/index.js'
import { DataLoader } from '../../src/yaml/index.js'

export type Variables = Readonly<Record<string, unknown>>

export interface OracleCase {
  /** expr: Templar.template; text: as the template action renders; cond: as `when:`. */
  readonly mode: 'expr' | 'text' | 'cond'
  readonly template: string
  readonly vars: Variables
  readonly native?: boolean
  readonly extensions?: readonly string[]
  readonly basedir?: string
}

export type Answer = { readonly value: unknown } | { readonly error: string; readonly type: string }

/** Variables as Values: 1.0 is written as the text of a JSON number, so that floats stay floats. */
export function valuesOf(vars: Variables | string): Dict {
  const read = jsonLoads(typeof vars === 'string' ? vars : JSON.stringify(vars))
  if (!(read instanceof Dict)) throw new Error('variables are a mapping')
  const decoded = new Dict()
  for (const [name, value] of read.entries()) decoded.set(name, decodeWire(value))
  return decoded
}

/** A templar over variables, with everything built in and nothing configured. */
export function templarOf(
  vars: Variables = {},
  options: TemplarOptions = {},
  environment: TemplateEnvironment | EnvironmentOptions = {},
): Templar {
  const env = environment instanceof TemplateEnvironment ? environment : new TemplateEnvironment(environment)
  return new Templar(env, new DictScope(valuesOf(vars)), options)
}

/** Renders a text as the template action does, without the variables about the file. */
export function renderText(templar: Templar, template: string): Value {
  return doTemplate(templar, template, { convertData: false, escapeBackslashes: false })
}

/** Files below a folder, no secrets, no settings. */
export function controllerAt(basedir: string): Controller {
  const loader = new DataLoader(new VaultSecrets())
  loader.basedir = basedir
  return { loader, setting: () => undefined, warn() {} }
}

function evaluate(one: OracleCase): Value {
  const templar = templarOf(
    one.vars,
    {
      basedir: one.basedir ?? '/nonexistent',
      controller: controllerAt(one.basedir ?? '/nonexistent'),
      deadline: () => Date.now() + 20_000,
    },
    { native: one.native ?? false, jinjaExtensions: one.extensions ?? [] },
  )
  if (one.mode === 'cond') return templar.evaluateConditional(one.template)
  if (one.mode === 'expr') return templar.template(one.template)
  return withDeadline(Date.now() + 20_000, () => renderText(templar, one.template))
}

/** Our answer in the oracle's form. Errors keep their message. */
export function ourAnswer(one: OracleCase): Answer {
  try {
    return { value: encode(evaluate(one)) }
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message, type: error.pyType }
    if (error instanceof Error && 'pyType' in error) return { error: error.message, type: String(error.pyType) }
    throw new Error(`a bug in rendering ${JSON.stringify(one.template)}`, { cause: error })
  }
}

/** A value in the form in which the oracle writes it. */
export function encode(value: Value): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value
  if (typeof value === 'bigint') return { $int: String(value) }
  if (value instanceof Text) return value.value
  if (value instanceof PyFloat)
    return { $float: Number.isFinite(value.value) ? floatRepr(value.value) : floatRepr(value.value) }
  if (value instanceof Tuple) return { $tuple: value.items.map(encode) }
  if (Array.isArray(value)) return value.map(encode)
  if (value instanceof PySet) return { $set: [...value.iterate()].map(repr).sort() }
  if (value instanceof Mapping) return { $dict: [...value.entries()].map(([key, item]) => [encode(key), encode(item)]) }
  return { $repr: value.typeName }
}

/** The Python that has ansible-core. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/** The answers of the installed ansible-core, in order, from one process; `hashSeed` orders its sets. */
export function askAnsible(cases: readonly OracleCase[], hashSeed = 0): Answer[] {
  const run = spawnSync(python, [join(import.meta.dirname, 'oracle.py')], {
    input: cases.map(one => JSON.stringify(one)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ANSIBLE_LOCALHOST_WARNING: 'False', LC_ALL: 'C.UTF-8', PYTHONHASHSEED: String(hashSeed) },
  })
  const answers = run.stdout.split('\n').filter(line => line !== '')
  if (answers.length !== cases.length)
    throw new Error(`the oracle answered ${answers.length} of ${cases.length} cases: ${run.stderr.slice(-2000)}`)
  return answers.map(line => JSON.parse(line) as Answer)
}

export interface Disagreement {
  readonly template: string
  readonly mode: OracleCase['mode']
  readonly native?: true
  readonly ansible: Answer
  readonly ours: Answer
}

/** Cases in which we do not answer as Ansible does; of an error only that it is one, unless `messages` asks for its text. */
export function disagreements(cases: readonly OracleCase[], options: { messages?: boolean } = {}): Disagreement[] {
  const answers = askAnsible(cases)
  const found: Disagreement[] = []
  cases.forEach((one, index) => {
    const ansible = answers[index] as Answer
    const ours = ourAnswer(one)
    const agree =
      'error' in ansible
        ? 'error' in ours && (!options.messages || ours.error === ansible.error)
        : 'value' in ours && JSON.stringify(ours.value) === JSON.stringify(ansible.value)
    if (!agree)
      found.push({ template: one.template, mode: one.mode, ...(one.native ? { native: true } : {}), ansible, ours })
  })
  return found
}

/** Whether Ansible answers a case differently from time to time: random numbers without a seed, the order of a set. */
export function isUndecided({ mode, template, vars, native = false }: OracleCase): boolean {
  const one: OracleCase = { mode, template, vars, native }
  const answers = new Set<string>()
  for (let hashSeed = 1; hashSeed <= 8; hashSeed++)
    for (const answer of askAnsible([one, one, one], hashSeed)) answers.add(JSON.stringify(answer))
  return answers.size > 1
}
