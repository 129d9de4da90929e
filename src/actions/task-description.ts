// A task as the plugin host needs it to make Ansible's own objects: keywords with their final values, its place in the
// files, its play and roles. The counterpart is src/plugins/python/task_objects.py.
import type { ActionContext } from '../engine/index.js'
import type { Position } from '../errors.js'
import type { Role, Task } from '../playbook/index.js'
import { Dict, isText, type Value } from '../python/index.js'

/** JSON text. `encode` makes that of a value. */
export function taskDescription(context: ActionContext, encode: (value: Value) => string): string {
  const { task, play } = context
  const parts = {
    uuid: JSON.stringify(task.uuid),
    resolvedAction: JSON.stringify(task.resolvedAction ?? null),
    implicit: String(task.implicit),
    position: positionText(task.position),
    fields: encode(fieldsOf(context)),
    roles: JSON.stringify(task.getDepChain()?.map(roleOf) ?? (task.role === undefined ? null : [roleOf(task.role)])),
    play: `{"name":${JSON.stringify(play.getName())},"hosts":${encode(play.hosts)},"uuid":${JSON.stringify(play.uuid)},"position":${positionText(play.position)}}`,
  }
  return `{${Object.entries(parts)
    .map(([name, json]) => `"${name}":${json}`)
    .join(',')}}`
}

const positionText = (position: Position | undefined): string =>
  position === undefined ? 'null' : JSON.stringify([position.file, position.line, position.column])

const roleOf = (role: Role): Record<string, unknown> => ({
  name: role.getName(),
  path: role.path,
  collection: role.collection ?? null,
})

/** Keywords that Ansible never templates before an action runs, and those that no action reads. */
const AS_WRITTEN = new Set(['when', 'changed_when', 'failed_when', 'until', 'vars', 'loop', 'args', 'module_defaults'])
const LEFT_OUT = new Set(['loop_control', 'loop_with', 'action'])

/** Keywords that are set; others have Ansible's defaults. */
function fieldsOf(context: ActionContext): Dict {
  const fields = new Dict()
  for (const { name } of context.task.attributes()) {
    if (LEFT_OUT.has(name)) continue
    const value = keyword(context, context.task, name)
    if (value !== null && value !== undefined) fields.set(name, value)
  }
  const { environment } = context
  fields.set('action', context.actionName)
  fields.set('args', context.args)
  fields.set('async_val', context.asyncSeconds)
  fields.set('poll', context.pollSeconds)
  fields.set('check_mode', context.checkMode)
  fields.set('diff', context.diff)
  fields.set('no_log', context.noLog)
  fields.set('environment', Object.keys(environment).length === 0 ? [] : [Dict.of({ ...environment })])
  fields.set('collections', [...context.collections])
  if (context.delegatedTo === undefined) fields.delete('delegate_to')
  else fields.set('delegate_to', context.delegatedTo)
  return fields
}

function keyword(context: ActionContext, task: Task, name: string): Value | undefined {
  const raw = task.get(name)
  if (!isText(raw) || AS_WRITTEN.has(name) || !context.templar.isTemplate(raw)) return raw
  return context.templar.template(raw)
}
