// Tasks of a file as they are written, without loading them: enough to say what they may touch before it is known
// whether and for whom the file is included. Mirrors how parsing/mod_args.py of 2.14 finds the action of a task.

import { readFileSync } from 'node:fs'
import { UNKNOWN, withoutTemplates } from '../../src/inference/unknown.js'
import { ATTRIBUTES, parseKv } from '../../src/playbook/index.js'
import { Dict, isText, textOf, type Value } from '../../src/python/values.js'
import { loadYaml } from '../../src/yaml/index.js'

export interface WrittenTask {
  readonly action: string
  /** Arguments without what is templated. */
  readonly args: Dict
  readonly name: string | undefined
  /** Keywords of the task as written. */
  readonly keywords: Dict
  /** delegate_to of the task or of a block around it. */
  readonly delegateTo: string | undefined
  /** It, or a block around it, becomes another user: its name, UNKNOWN, or root. */
  readonly becomes: string | undefined
  readonly isInRescuedBlock: boolean
}

interface Around {
  readonly delegateTo: string | undefined
  readonly becomes: string | undefined
  readonly isInRescuedBlock: boolean
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...[...ATTRIBUTES.Task, ...ATTRIBUTES.Handler, ...ATTRIBUTES.TaskInclude].flatMap(spec =>
    spec.alias === undefined ? [spec.name] : [spec.name, spec.alias],
  ),
  'local_action',
  'args',
])

/** Tasks of a file, those of blocks one after another; undefined when the file cannot be read as a list of tasks. */
export function scanTaskFile(file: string): readonly WrittenTask[] | undefined {
  let data: Value
  try {
    data = loadYaml(readFileSync(file, 'utf8'), file)
  } catch {
    return undefined
  }
  if (data === null) return []
  return Array.isArray(data)
    ? tasksOf(data, { delegateTo: undefined, becomes: undefined, isInRescuedBlock: false })
    : undefined
}

function tasksOf(items: readonly Value[], around: Around): readonly WrittenTask[] | undefined {
  const tasks: WrittenTask[] = []
  for (const item of items) {
    if (!(item instanceof Dict)) return undefined
    const inside = surroundings(item, around)
    if (item.has('block')) {
      const isRescued = item.has('rescue') || item.has('always') || inside.isInRescuedBlock
      for (const part of ['block', 'rescue', 'always']) {
        const list = item.get(part) ?? []
        const found = Array.isArray(list) ? tasksOf(list, { ...inside, isInRescuedBlock: isRescued }) : undefined
        if (found === undefined) return undefined
        tasks.push(...found)
      }
      continue
    }
    const task = taskOf(item, inside)
    if (task === undefined) return undefined
    tasks.push(task)
  }
  return tasks
}

function surroundings(item: Dict, around: Around): Around {
  const delegateTo = textAt(item, 'delegate_to') ?? (item.has('local_action') ? 'localhost' : around.delegateTo)
  const become = item.get('become')
  const user = textAt(item, 'become_user')
  const becomes = become === undefined ? around.becomes : become === false || become === 'no' ? undefined : 'root'
  return { ...around, delegateTo, becomes: becomes === undefined ? undefined : (user ?? becomes) }
}

function taskOf(item: Dict, inside: Around): WrittenTask | undefined {
  let action: string | undefined
  let raw: Value = null
  for (const key of ['action', 'local_action']) {
    const value = item.get(key)
    if (value === undefined) continue
    if (value instanceof Dict) {
      action = textAt(value, 'module')
      raw = value
    } else if (isText(value)) {
      const [first = '', ...rest] = textOf(value).split(/\s+/)
      action = first
      raw = rest.join(' ')
    }
  }
  for (const [key, value] of item.entries()) {
    const name = isText(key) ? textOf(key) : String(key)
    if (action !== undefined || KEYWORDS.has(name) || name.startsWith('with_')) continue
    action = name
    raw = value
  }
  if (action === undefined) return undefined
  const args = argumentsOf(action, raw, item.get('args') ?? null)
  return { action, args, name: textAt(item, 'name'), keywords: item, ...inside }
}

function argumentsOf(action: string, raw: Value, more: Value): Dict {
  const args = new Dict()
  if (more instanceof Dict) for (const [key, value] of more.entries()) args.set(key, withoutTemplates(value))
  if (raw instanceof Dict) for (const [key, value] of raw.entries()) args.set(key, withoutTemplates(value))
  else if (isText(raw)) {
    const isFree = /(^|\.)(command|shell|raw|script|meta|include\w*|import\w*)$/.test(action)
    try {
      for (const [key, value] of parseKv(textOf(raw), isFree).entries()) args.set(key, withoutTemplates(value))
    } catch {
      args.set('_raw_params', UNKNOWN)
    }
  }
  return args
}

function textAt(item: Dict, key: string): string | undefined {
  const value = item.get(key)
  if (value === undefined || value === null || !isText(value)) return undefined
  const known = withoutTemplates(value)
  return typeof known === 'string' ? known : undefined
}
