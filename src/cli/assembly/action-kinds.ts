// What transitions of an assembly can do: each kind of action checks its argument before anything runs.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Position } from '../../errors.js'
import { type Action, type Assembly, AssemblyError, partPosition, placed, type Transition } from '../../madeus/index.js'

/** An action with its argument understood. */
export type AssemblyAction =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'sleep'; readonly seconds: number }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'playbook'; readonly file: string; readonly options: PlaybookOptions }
  | {
      readonly kind: 'tasks'
      readonly play: Readonly<Record<string, unknown>>
      readonly position: Position | undefined
    }

export interface PlaybookOptions {
  readonly limit?: string | undefined
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  readonly vars: Readonly<Record<string, unknown>>
}

const KINDS = ['sleep', 'command', 'playbook', 'tasks'] as const

/** The actions of all transitions. Throws AssemblyError for the first that cannot be understood. */
export function actionsOf(assembly: Assembly, directory: string): ReadonlyMap<Transition, AssemblyAction> {
  const actions = new Map<Transition, AssemblyAction>()
  for (const { type } of assembly.components) {
    for (const transition of type.transitions) {
      if (!actions.has(transition)) actions.set(transition, actionOf(transition, directory))
    }
  }
  return actions
}

/** Whether an action needs an inventory. */
export function needsHosts({ kind }: AssemblyAction): boolean {
  return kind === 'playbook' || kind === 'tasks'
}

function actionOf({ action, id, lasts }: Transition, directory: string): AssemblyAction {
  if (action === undefined) return { kind: 'nothing' }
  switch (action.kind) {
    case 'sleep':
      return {
        kind: 'sleep',
        seconds: secondsOf(action, lasts === undefined ? undefined : (lasts.min + lasts.max) / 2),
      }
    case 'command':
      return { kind: 'command', argv: argvOf(action) }
    case 'playbook':
      return playbookOf(action, directory)
    case 'tasks':
      return tasksOf(action, directory)
    default:
      throw wrong(action, `Transition ${id} does ${action.kind}, which is not known`, `Known are: ${KINDS.join(', ')}.`)
  }
}

function wrong(action: Action, message: string, hint?: string): AssemblyError {
  const position = partPosition(action)
  return new AssemblyError(placed(message, position), { position, hint })
}

function secondsOf(action: Action, expected: number | undefined): number {
  const { argument } = action
  if (argument === null && expected !== undefined) return expected
  if (typeof argument === 'number' && argument >= 0) return argument
  throw wrong(
    action,
    'Expected sleep to be a number of seconds',
    'Without a number it takes what the transition lasts.',
  )
}

function argvOf(action: Action): readonly string[] {
  const { argument } = action
  if (typeof argument === 'string' && argument !== '') return ['/bin/sh', '-c', argument]
  const isList = Array.isArray(argument) && argument.length > 0 && argument.every(item => typeof item === 'string')
  if (isList) return argument as string[]
  throw wrong(action, 'Expected command to be a text for the shell, or a list of a program and its arguments')
}

function playbookOf(action: Action, directory: string): AssemblyAction {
  const { argument } = action
  const fields = typeof argument === 'string' ? { file: argument } : fieldsOf(action)
  for (const key of Object.keys(fields)) {
    if (['file', 'limit', 'tags', 'skip_tags', 'vars'].includes(key)) continue
    throw wrong(action, `playbook has no key ${key}`, 'It may have: file, limit, tags, skip_tags, vars.')
  }
  const { file, limit, vars } = fields as Record<string, unknown>
  if (typeof file !== 'string') throw wrong(action, 'Expected playbook to be a file, or a mapping with the key file')
  if (limit !== undefined && typeof limit !== 'string') throw wrong(action, 'Expected limit of playbook to be a text')
  const { tags, skip_tags: skipTags } = fields as Record<string, unknown>
  return {
    kind: 'playbook',
    file: existing(action, path.resolve(directory, file)),
    options: {
      limit,
      tags: namesOf(action, 'tags', tags),
      skipTags: namesOf(action, 'skip_tags', skipTags),
      vars: varsOf(action, vars),
    },
  }
}

/** A play around a file of tasks, or around those of a role; other keys are keywords of the play. */
function tasksOf(action: Action, directory: string): AssemblyAction {
  const { argument } = action
  const fields = typeof argument === 'string' ? { file: argument } : fieldsOf(action)
  const { role, file, ...keywords } = fields as Record<string, unknown>
  if (role !== undefined && typeof role !== 'string') throw wrong(action, 'Expected role of tasks to be a name')
  if (file !== undefined && typeof file !== 'string') throw wrong(action, 'Expected file of tasks to be a file')
  if (role === undefined && file === undefined) throw wrong(action, 'Expected tasks to have a role, a file, or both')
  const task =
    role === undefined
      ? { 'ansible.builtin.import_tasks': existing(action, path.resolve(directory, file as string)) }
      : { 'ansible.builtin.import_role': { name: role, ...(file !== undefined && { tasks_from: file }) } }
  const play = { hosts: 'all', gather_facts: false, ...keywords, tasks: [task] }
  return { kind: 'tasks', play, position: partPosition(action) }
}

function fieldsOf(action: Action): Readonly<Record<string, unknown>> {
  const { argument, kind } = action
  if (typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    return argument as Record<string, unknown>
  }
  throw wrong(action, `Expected ${kind} to be a file or a mapping`)
}

function existing(action: Action, file: string): string {
  if (!existsSync(file)) throw wrong(action, `There is no file ${file}`)
  return file
}

function namesOf(action: Action, key: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return [value]
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return value
  throw wrong(action, `Expected ${key} of ${action.kind} to be a name or a list of names`)
}

function varsOf(action: Action, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {}
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw wrong(action, `Expected vars of ${action.kind} to be a mapping`)
}
