// Validation of an action's own arguments. Mirrors ActionBase.validate_argument_spec
// (lib/ansible/plugins/action/__init__.py, 2.14).
import { fromJs } from '../python/index.js'
import type { Dict, Value } from '../python/values.js'
import type { ActionCall } from './action-call.js'
import { actionFail } from './action-errors.js'
import { type SpecRules, validateArguments } from './argument-spec/validator.js'

export interface ArgumentOptions {
  readonly type: string
  readonly required?: boolean
  readonly choices?: readonly string[]
  readonly default?: string | boolean | number
}

/** The validated arguments with defaults. Fails the task with the first problem. */
export function validateOwnArguments(
  call: ActionCall,
  name: string,
  spec: Readonly<Record<string, ArgumentOptions>>,
  rules: SpecRules = {},
): Dict {
  const { parameters, errors } = validateArguments(fromJs(spec) as Dict, call.args, rules)
  const first = errors[0]
  if (first !== undefined) {
    const prefix = first.kind === 'unsupported' ? `Unsupported parameters for (${name}) module: ` : ''
    throw actionFail(prefix + first.message)
  }
  const args = call.args.copy()
  for (const [key, value] of parameters.entries()) args.set(key, value as Value)
  return args
}
