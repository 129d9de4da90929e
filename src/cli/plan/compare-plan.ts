// A plan held against an assembly that was written by hand: `--against ASSEMBLY --covers FILE`. The file says which tasks
// are part of which transition; the first rule that fits a task counts.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { PlanNode, PlannedRun } from '../../engine/index.js'
import { MadansibleError } from '../../errors.js'
import { Graph } from '../../graph/index.js'
import { readAssembly } from '../../madeus/index.js'
import { Dict, isText, textOf, type Value } from '../../python/values.js'
import { type ComparedRun, compareOrder, comparisonText } from '../../verify/index.js'
import { loadYaml, positionOf } from '../../yaml/index.js'
import type { TaskPlan } from './planned-task.js'

interface CoverRule {
  readonly role: RegExp | undefined
  readonly file: RegExp | undefined
  readonly task: RegExp | undefined
  /** Undefined: the task is part of none. */
  readonly transition: string | undefined
}

const KEYS = ['role', 'file', 'task', 'transition']

/** The text of the comparison. */
export function comparePlan({ order }: TaskPlan, assemblyFile: string, coversFile: string | undefined): string {
  const assembly = readAssembly(readFileSync(assemblyFile, 'utf8'), assemblyFile)
  const rules = coversFile === undefined ? [] : readRules(coversFile)
  const runs = new Map<PlanNode, ComparedRun>()
  for (const [at, node] of order.nodes.entries()) {
    const run =
      node.kind === 'group'
        ? { id: `round ${at}`, covers: undefined }
        : { id: `${node.name} on ${node.host}`, covers: coverOf(node, rules) }
    runs.set(node, run)
  }
  const graph = Graph.of(
    runs.values(),
    [...order.edges()].map(nodes => nodes.map(node => runs.get(node)) as [ComparedRun, ComparedRun]),
  )
  return comparisonText(compareOrder(assembly, graph))
}

function coverOf({ role, task, name }: PlannedRun, rules: readonly CoverRule[]): string | undefined {
  const file = task.position === undefined ? '' : path.basename(task.position.file)
  const fits = (pattern: RegExp | undefined, text: string) => pattern === undefined || pattern.test(text)
  const short = role !== undefined && name.startsWith(`${role} : `) ? name.slice(role.length + 3) : name
  return rules.find(rule => fits(rule.role, role ?? '') && fits(rule.file, file) && fits(rule.task, short))?.transition
}

/** A list of `{role, file, task, transition}`; the first three are regular expressions for the whole name. */
function readRules(file: string): readonly CoverRule[] {
  const value = loadYaml(readFileSync(file, 'utf8'), file, { duplicateKeys: 'error' })
  if (!Array.isArray(value)) throw new MadansibleError(`${file}: Expected a list of rules`)
  return value.map((entry, at) => readRule(entry, file, () => positionOf(value, at)))
}

function readRule(entry: Value, file: string, where: () => ReturnType<typeof positionOf>): CoverRule {
  const wrong = (message: string) => {
    const position = where()
    const at = position === undefined ? file : `${position.file}:${position.line}:${position.column}`
    return new MadansibleError(`${at}: ${message}`, { position })
  }
  if (!(entry instanceof Dict)) throw wrong('Expected a mapping')
  const fields = new Map<string, string>()
  for (const [key, value] of entry.entries()) {
    const name = isText(key) ? textOf(key) : ''
    if (!KEYS.includes(name)) throw wrong(`A rule has the keys ${KEYS.join(', ')}, not ${String(name)}`)
    if (name === 'transition' && value === null) continue
    if (!isText(value)) throw wrong(`Expected ${name} to be a text`)
    fields.set(name, textOf(value))
  }
  const pattern = (name: string) => {
    const text = fields.get(name)
    try {
      return text === undefined ? undefined : new RegExp(`^(?:${text})$`, 'i')
    } catch (cause) {
      throw new MadansibleError(wrong(`${name} is no regular expression`).message, { cause })
    }
  }
  return { role: pattern('role'), file: pattern('file'), task: pattern('task'), transition: fields.get('transition') }
}
