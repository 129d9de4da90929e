// Checks variables and arguments against a specification (roles' meta/argument_specs.yml).
// Mirrors plugins/action/validate_argument_spec.py (ansible-core 2.14).
import { combineVars } from '../../inventory/index.js'
import { str } from '../../python/index.js'
import { Dict, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { classOf, YamlText } from '../argument-spec/convert-type.js'
import { validateArguments } from '../argument-spec/validator.js'

export const validateArgumentSpec: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const { args, state } = call
    const result = call.begin()
    result.set('validate_args_context', args.get('validate_args_context') ?? new Dict())
    const spec = args.get('argument_spec')
    if (spec === undefined) throw actionError(`"argument_spec" arg is required in args: ${str(args)}`)
    const provided: Value = args.get('provided_arguments') ?? new Dict()
    if (!(spec instanceof Dict)) {
      throw actionError(`Incorrect type for argument_spec, expected dict and got ${classOf(spec)}`)
    }
    if (!(provided instanceof Dict)) {
      throw actionError(`Incorrect type for provided_arguments, expected dict and got ${classOf(provided)}`)
    }
    const behaviour = str(state.services.config.get('DEFAULT_HASH_BEHAVIOUR')) === 'merge' ? 'merge' : 'replace'
    const { errors, warnings } = validateArguments(spec, combineVars(variablesOf(call, spec), provided, behaviour))
    for (const text of warnings) call.warn(text)
    if (errors.length > 0) {
      const messages = errors.map(error => error.message)
      result.set('failed', true)
      result.set('msg', `Validation of arguments failed:\n${messages.join('\n')}`)
      result.set('argument_spec_data', spec)
      return result.set('argument_errors', messages)
    }
    result.set('changed', false)
    return result.set('msg', 'The arg spec validation passed')
  },
}

/** Values of the variables that the specification names. */
function variablesOf(call: ActionCall, spec: Dict): Dict {
  const { templar, vars } = call.context
  const values = new Dict()
  for (const name of spec.keys()) {
    const raw = vars.get(str(name))
    if (raw !== undefined) values.set(name, markYamlTexts(call, raw, templar.template(raw)))
  }
  return values
}

/** Text that no template touched keeps the class the YAML loader gave it, which shows in messages. */
function markYamlTexts(call: ActionCall, raw: Value, value: Value): Value {
  if (typeof raw === 'string') {
    return typeof value === 'string' && !call.context.templar.isTemplate(raw) ? new YamlText(value) : value
  }
  if (Array.isArray(raw) && Array.isArray(value) && raw.length === value.length) {
    return value.map((item, index) => markYamlTexts(call, raw[index] as Value, item))
  }
  if (raw instanceof Dict && value instanceof Dict) {
    const marked = new Dict()
    for (const [key, item] of value.entries()) marked.set(key, markYamlTexts(call, raw.get(key) ?? null, item))
    return marked
  }
  return value
}
