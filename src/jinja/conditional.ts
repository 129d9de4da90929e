// `when:` and the like. Mirrors ansible/playbook/conditional.py evaluate_conditional and _check_conditional.

import { isText, str, truth, UnsafeText, type Value } from '../python/index.js'
import { TemplateError, TemplateTimeoutError, UndefinedVariableError } from './errors.js'
import { kindOf, messageOf } from './python-exception.js'
import { asPythonError } from './runtime/rendering.js'
import type { Templar } from './templar.js'

/** The truth of one condition that is neither a bool nor empty. Failures say which condition it was. */
export function evaluateConditional(templar: Templar, condition: Value): boolean {
  try {
    return checkConditional(templar, condition)
  } catch (thrown) {
    const error = asPythonError(thrown)
    if (error instanceof TemplateTimeoutError || isBug(error)) throw error
    throw new TemplateError(`The conditional check '${str(condition)}' failed. The error was: ${messageOf(error)}`, {
      cause: error,
      kind: kindOf(error),
    })
  }
}

const isBug = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError

function checkConditional(templar: Templar, original: Value): boolean {
  let condition: Value = original
  try {
    condition = templar.templateValue(original, {})
    if (!isText(condition) || str(condition) === '') return truth(condition)
    if (condition instanceof UnsafeText)
      throw new TemplateError('Conditional is marked as unsafe, and cannot be evaluated.', {
        kind: 'AnsibleTemplateError',
      })
    const text = str(condition)
    requireParsable(templar, text)
    const presented = `{% if ${text} %} True {% else %} False {% endif %}`
    const answer = templar.templateValue(presented, {})
    const shown = isText(answer) ? str(answer).trim() : str(answer)
    if (shown === 'True') return true
    if (shown === 'False') return false
    throw new TemplateError(`unable to evaluate conditional: ${str(original)}`)
  } catch (error) {
    if (!(error instanceof UndefinedVariableError)) throw error
    const answer = answerByDefinedTests(error.message, isText(condition) ? str(condition) : '')
    if (answer !== undefined) return answer
    throw new UndefinedVariableError(`error while evaluating conditional (${str(original)}): ${error.message}`, {
      cause: error,
    })
  }
}

/** The condition's text alone has to be a template that compiles. */
function requireParsable(templar: Templar, text: string): void {
  try {
    templar.engine.fromString(text)
  } catch (thrown) {
    const error = asPythonError(thrown)
    if (isBug(error)) throw error
    throw chainedInvalid(error)
  }
}

const chainedInvalid = (error: unknown): TemplateError =>
  new TemplateError(`Invalid conditional detected: ${messageOf(error)}`, { cause: error, kind: kindOf(error) })

const UNDEFINED_NAME = /'(hostvars\[.+\]|[\p{L}\p{N}_]+)' is undefined/u
const DEFINED_TEST = /(hostvars\[.+\]|[\p{L}\p{N}_]+)\s+(not\s+is|is|is\s+not)\s+(defined|undefined)/gu

/**
 * A condition that met an undefined variable still has an answer when it asks whether just that variable is defined.
 * Undefined: no such question in it.
 */
function answerByDefinedTests(message: string, condition: string): boolean | undefined {
  const name = UNDEFINED_NAME.exec(message)?.[1]
  if (name === undefined) return undefined
  for (const [, variable = '', logic = '', state] of condition.matchAll(DEFINED_TEST)) {
    if (variable.replaceAll("'", '"') !== name.replaceAll("'", '"')) continue
    const shouldExist = logic.includes('not') !== (state === 'defined')
    return !shouldExist
  }
  return undefined
}
