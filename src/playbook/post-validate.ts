// Templates the keywords of a task or play for one host and turns them into their types.
// Mirrors FieldAttributeBase.post_validate in ansible/playbook/base.py and the _post_validate_* of task.py (2.14).
// What holds no template is converted once for all hosts.

import { type Templar, UndefinedVariableError } from '../jinja/index.js'
import { isPyError, str, truth } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { isAction } from './actions.js'
import type { AttributeSpec } from './attribute.js'
import type { PlaybookObject } from './base.js'
import { parserError, playbookError } from './errors.js'
import { Task } from './task.js'
import { isConstant } from './templates.js'
import { conversionError, convertValue } from './validated-value.js'

/** Typed values of an object's keywords. */
export interface ValidatedAttributes {
  /** Value of a keyword: templated and converted, null when it has none. */
  get(name: string): Value
  /** Templated arguments of a task; `omit` is still in them. */
  readonly args: Dict
  /** Templated environment of a task. */
  readonly environment: Dict
}

/** Evaluated by the engine when their time comes, never before. */
const LATE: ReadonlySet<string> = new Set(['loop', 'changed_when', 'failed_when', 'until'])
/** Objects all of whose keywords are validated; for others only those marked so. */
const FULLY_VALIDATED: ReadonlySet<string> = new Set(['Task', 'Handler'])
const DEBUGGER_VALUES = ['always', 'on_failed', 'on_unreachable', 'on_skipped', 'never']

/**
 * Validates the keywords of an object, or only `names`. Throws ParserError with Ansible's text for undefined variables
 * and values of a wrong type.
 */
export function postValidate(object: PlaybookObject, templar: Templar, names?: readonly string[]): ValidatedAttributes {
  const validation = new Validation(object, templar)
  if (object instanceof Task && names === undefined) templateParentNames(object, templar)
  for (const spec of names?.map(name => object.spec(name)) ?? object.attributes()) validation.get(spec.name)
  return validation
}

class Validation implements ValidatedAttributes {
  readonly #values = new Map<string, Value>()
  constructor(
    readonly object: PlaybookObject,
    readonly templar: Templar,
  ) {}

  get args(): Dict {
    const args = this.get('args')
    return args instanceof Dict ? args : new Dict()
  }
  get environment(): Dict {
    const environment = this.get('environment')
    return environment instanceof Dict ? environment : new Dict()
  }

  get(name: string): Value {
    const spec = this.object.spec(name)
    let value = this.#values.get(spec.name)
    if (value === undefined) {
      value = this.validate(spec)
      this.#values.set(spec.name, value)
    }
    return value
  }

  private validate(spec: AttributeSpec): Value {
    const { object } = this
    const raw = object.get(spec.name)
    if (spec.static) {
      if (spec.name !== 'vars' && this.templar.isTemplate(raw))
        object.context.messages.warning(
          `"${spec.name}" is not templatable, but we found: ${str(raw)}, it will not be templated and will be used "as is".`,
        )
      return raw
    }
    if (raw === null) {
      if (spec.required) throw parserError(`the field '${spec.name}' is required but was not set`)
      return this.validateLoopControl(spec)
    }
    if (!spec.alwaysPostValidate && !FULLY_VALIDATED.has(object.kind)) return raw
    try {
      const value = this.template(spec, raw)
      if (isText(value) && textOf(value) === object.context.variables.omit) return this.inContext(spec)
      return value === null ? value : this.convert(spec, raw, value)
    } catch (error) {
      return this.explain(spec, raw, error)
    }
  }

  /** loop_control is an object with keywords of its own. */
  private validateLoopControl(spec: AttributeSpec): Value {
    if (spec.name === 'loop_control' && this.object instanceof Task && FULLY_VALIDATED.has(this.object.kind))
      postValidate(this.object.loopControl, this.templar)
    return null
  }

  private template(spec: AttributeSpec, raw: Value): Value {
    if (LATE.has(spec.name)) return raw
    const { object, templar } = this
    if (object instanceof Task) {
      if (spec.name === 'args') return templateArgs(object, raw, templar)
      if (spec.name === 'environment') return templateEnvironment(object, raw, templar)
    }
    const value = isConstant(raw) ? raw : templar.template(raw)
    if (spec.name === 'debugger' && truth(value) && isText(value) && !DEBUGGER_VALUES.includes(textOf(value)))
      throw parserError(
        `'${textOf(value)}' is not a valid value for debugger. Must be one of ${DEBUGGER_VALUES.join(', ')}`,
        { at: object.data },
      )
    return value
  }

  private convert(spec: AttributeSpec, raw: Value, value: Value): Value {
    if (spec.name === 'environment' && value instanceof Dict) return value
    if (value !== raw) return convertValue(this.object, spec, value)
    const known = conversions.get(this.object)?.get(spec.name)
    if (known !== undefined && known.raw === raw) return known.value
    const converted = convertValue(this.object, spec, value)
    let ofObject = conversions.get(this.object)
    if (ofObject === undefined) {
      ofObject = new Map()
      conversions.set(this.object, ofObject)
    }
    ofObject.set(spec.name, { raw, value: converted })
    return converted
  }

  /** What `omit` gives: the value of the parents, else the default. */
  private inContext(spec: AttributeSpec): Value {
    const inherited = spec.inherit ? this.object.inherited(spec, true) : undefined
    return inherited === undefined ? spec.defaultValue(this.object.context) : inherited
  }

  private explain(spec: AttributeSpec, raw: Value, error: unknown): Value {
    if (error instanceof UndefinedVariableError) {
      const { failOnUndefined } = this.templar.options
      const isFatal = failOnUndefined ?? this.templar.environment.options.errorOnUndefined ?? true
      if (!isFatal || spec.name === 'name') return raw
      throw parserError(
        spec.name === 'args'
          ? `The task includes an option with an undefined variable. The error was: ${error.message}`
          : `The field '${spec.name}' has an invalid value, which includes an undefined variable. The error was: ${error.message}`,
        { at: this.object.data, cause: error },
      )
    }
    if (isPyError(error)) throw conversionError(this.object, spec, raw, error)
    throw error
  }
}

/** Converted values of constant keywords, for as long as the raw value is the same. */
const conversions = new WeakMap<PlaybookObject, Map<string, { readonly raw: Value; readonly value: Value }>>()

/** Names of blocks and includes above are templated, too: one that no template engine can read fails the task. */
function templateParentNames(task: Task, templar: Templar): void {
  for (let parent = task.parent; parent !== undefined; parent = parent.parent) {
    const name = parent.own('name')
    if (name === undefined || isConstant(name)) continue
    try {
      templar.template(name)
    } catch (error) {
      if (!(error instanceof UndefinedVariableError)) throw error
    }
  }
}

function templateArgs(task: Task, raw: Value, templar: Templar): Value {
  const args = isConstant(raw) ? raw : templar.template(raw)
  if (!(args instanceof Dict) || !args.has('_variable_params')) return args
  const params = args.get('_variable_params') as Value
  if (!(params instanceof Dict)) throw playbookError(`invalid or malformed argument: '${str(params)}'`)
  if (task.context.config.get('INJECT_FACTS_AS_VARS'))
    task.context.messages.warning(
      "Using a variable for a task's 'args' is unsafe in some situations " +
        '(see https://docs.ansible.com/ansible/devel/reference_appendices/faq.html#argsplat-unsafe)',
    )
  const merged = params.copy().update(args)
  merged.delete('_variable_params')
  return merged
}

function templateEnvironment(task: Task, raw: Value, templar: Templar): Value {
  const environment = new Dict()
  const add = (dict: Dict) => {
    for (const [key, value] of dict.entries()) {
      try {
        environment.set(key, isConstant(value) ? value : templar.template(value))
      } catch (error) {
        if (!(error instanceof UndefinedVariableError)) throw error
        const isExpected =
          (isAction(task.action, 'factGathering') && error.message.includes('ansible_facts.env')) ||
          error.message.includes('ansible_env')
        if (!isExpected) throw error
      }
    }
  }
  for (const item of Array.isArray(raw) ? raw : [raw]) {
    if (item instanceof Dict) {
      add(item)
      continue
    }
    const value = templar.template(item)
    if (value instanceof Dict) environment.update(value)
    else task.context.messages.warning(`could not parse environment value, skipping: ${str(raw)}`)
  }
  return environment
}
