// Finds the action of a task and its arguments in all the forms a task may be written in.
// Mirrors ansible/parsing/mod_args.py ModuleArgsParser (2.14).

import type { MadansibleError } from '../errors.js'
import { str, truth } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { isAction, RAW_PARAM_ACTIONS, takesRawParams } from './actions.js'
import { attributeTable } from './attribute.js'
import { parserError, playbookError } from './errors.js'
import type { LoadContext, ResolvedAction } from './load-context.js'
import { yamlClass } from './python-names.js'
import { parseKv, splitArgs } from './splitter.js'
import { looksLikeTemplate } from './templates.js'

export interface ParsedAction {
  readonly action: string
  /** A fresh dict; its values are those of the task. */
  readonly args: Dict
  /** Undefined when the task does not say. */
  readonly delegateTo: Value | undefined
  readonly resolved: ResolvedAction | undefined
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...attributeTable('Task').byName.keys(),
  ...attributeTable('Handler').byName.keys(),
  'local_action',
  'static',
])

/** What ModuleArgsParser.parse gives. With `skipValidation` any key that is no keyword may be the action. */
export function parseAction(
  task: Dict,
  context: LoadContext,
  options: { readonly collections?: readonly string[]; readonly skipValidation?: boolean } = {},
): ParsedAction {
  return new ActionParser(task, context).parse(options.collections ?? [], options.skipValidation ?? false)
}

/**
 * Name of a task's action, without looking for a plugin. Throws what ModuleArgsParser.parse(skip_action_validation=True)
 * does, but for mistakes in the arguments of a task with one action key: loading the task tells them.
 */
export function writtenAction(task: Dict, context: LoadContext): string {
  let action: string | undefined
  if (!task.has('action') && !task.has('local_action'))
    for (const key of task.keys()) {
      const name = isText(key) ? textOf(key) : str(key)
      if (KEYWORDS.has(name) || name.startsWith('with_')) continue
      if (action !== undefined) return parseAction(task, context, { skipValidation: true }).action
      action = name
    }
  return action ?? parseAction(task, context, { skipValidation: true }).action
}

class ActionParser {
  constructor(
    readonly task: Dict,
    readonly context: LoadContext,
  ) {}

  parse(collections: readonly string[], skipValidation: boolean): ParsedAction {
    const { task } = this
    const additional = task.get('args') ?? new Dict()
    let found: { action: string; args: Dict } | undefined
    let delegateTo = task.get('delegate_to')
    let resolved: ResolvedAction | undefined
    if (task.has('action')) found = this.oldStyle(task.get('action') as Value, additional)
    if (task.has('local_action')) {
      if (found) throw this.error('action and local_action are mutually exclusive')
      delegateTo = 'localhost'
      found = this.oldStyle(task.get('local_action') as Value, additional)
    }
    const unknown: string[] = []
    for (const [key, value] of task.entries()) {
      const name = isText(key) ? textOf(key) : str(key)
      if (KEYWORDS.has(name) || name.startsWith('with_')) continue
      unknown.push(name)
      const hit =
        skipValidation || isAction(name, 'builtinTasks') ? undefined : this.context.resolveAction(name, collections)
      if (!skipValidation && !isAction(name, 'builtinTasks') && hit === undefined) continue
      if (found) throw this.error(`conflicting action statements: ${found.action}, ${name}`)
      resolved = hit ?? resolved
      found = { action: name, args: this.combine(name, this.newStyle(value, name), additional) }
    }
    if (!found) throw this.missing(unknown[0])
    this.checkRawParams(found.action, found.args)
    return { ...found, delegateTo, resolved }
  }

  private missing(bad: string | undefined): MadansibleError {
    return this.error(
      bad === undefined
        ? 'no module/action detected in task.'
        : `couldn't resolve module/action '${bad}'. This often indicates a misspelling, missing collection, or incorrect module path.`,
    )
  }

  private checkRawParams(action: string, args: Dict): void {
    const raw = args.get('_raw_params')
    if (raw === undefined || raw === '' || takesRawParams(action)) return
    args.delete('_raw_params')
    if (!looksLikeTemplate(raw)) {
      throw this.error(
        `this task '${action}' has extra params, which is only allowed in the following modules: ${RAW_PARAM_ACTIONS.join(', ')}`,
      )
    }
    args.set('_variable_params', raw)
  }

  /** `copy: src=a dest=b` or `copy: {src: a, dest: b}` or `ping:` */
  private newStyle(value: Value, action: string): Dict | undefined {
    if (value instanceof Dict) return value
    if (isText(value)) return parseKv(textOf(value), isAction(action, 'freeForm'))
    if (value === null) return undefined
    throw this.error(`unexpected parameter type in action: ${yamlClass(value)}`)
  }

  /** `action: copy src=a dest=b` or `action: {module: copy, src: a}` */
  private oldStyle(value: Value, additional: Value): { action: string; args: Dict } {
    let action: string
    let args: Dict
    if (value instanceof Dict) {
      const module = value.get('module')
      if (module === undefined) throw this.error('no module/action detected in task.')
      const [name, rest] = splitModule(isText(module) ? textOf(module) : str(module))
      action = name
      args = value.copy().update(parseKv(rest, isAction(action, 'freeForm')))
      args.delete('module')
    } else if (isText(value)) {
      const [name, rest] = splitModule(textOf(value))
      action = name
      args = parseKv(rest, isAction(action, 'freeForm'))
    } else {
      throw this.error(`unexpected parameter type in action: ${yamlClass(value)}`)
    }
    const nested = args.get('args')
    if (nested !== undefined) {
      args.delete('args')
      if (isText(nested)) args.update(parseKv(textOf(nested)))
      else if (nested instanceof Dict) args.update(nested)
    }
    return { action, args: this.combine(action, args, additional) }
  }

  /** Arguments of the action itself win over `args:`. */
  private combine(action: string, args: Dict | undefined, additional: Value): Dict {
    const result = new Dict()
    if (truth(additional)) {
      if (additional instanceof Dict) result.update(additional)
      else if (!isText(additional))
        throw parserError('Complex args must be a dictionary or variable string ("{{var}}").', { at: this.task })
      else if (looksLikeTemplate(additional)) result.set('_variable_params', additional)
      else
        throw parserError(
          'Complex args containing variables cannot use bare variables (without Jinja2 delimiters), ' +
            "and must use the full variable style ('{{var_name}}')",
          { at: this.task },
        )
    }
    if (args !== undefined) {
      if (!isAction(action, 'freeForm'))
        for (const key of args.keys())
          if (isText(key) && textOf(key).startsWith('_ansible_'))
            throw playbookError(`invalid parameter specified for action '${action}': '${textOf(key)}'`)
      result.update(args)
    }
    return result
  }

  private error(message: string) {
    return parserError(message, { at: this.task })
  }
}

function splitModule(text: string): [string, string] {
  const [name = '', ...rest] = splitArgs(text)
  return [name.trim(), rest.join(' ')]
}
