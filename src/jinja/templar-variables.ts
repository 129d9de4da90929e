// Computes variables for templates: lazily, once, with their dependencies. Mirrors ansible/template/vars.py
// AnsibleJ2Vars.__getitem__; the memo is ours.

import { Dict, Mapping, str, UnsafeText, type Value } from '../python/index.js'
import { TemplateError, TemplateTimeoutError, UndefinedVariableError } from './errors.js'
import type { ComputedVariable } from './memo.js'
import { kindOf, messageOf, pythonTypeOf } from './python-exception.js'
import { activate, ReadRecorder } from './read-recorder.js'
import { asPythonError } from './runtime/rendering.js'
import { isUnsafeVariable } from './runtime/variables.js'
import type { Templar } from './templar.js'
import { Undefined } from './undefined.js'

const NO_READS: ReadonlyMap<string, Value | undefined> = new Map()

/** Recording that a templar and those made from it share. */
export interface TemplarState {
  recorder: ReadRecorder | undefined
}

export class TemplarVariables {
  readonly #known = new Map<string, ComputedVariable>()
  readonly #pending = new Set<string>()

  constructor(
    private readonly templar: Templar,
    private readonly state: TemplarState,
  ) {}

  /** The computed variable; undefined when the scope has none of that name. */
  find(name: string): ComputedVariable | undefined {
    const known = this.#known.get(name)
    if (known !== undefined) {
      this.#note(known)
      return known
    }
    const raw = this.templar.scope.get(name)
    if (raw === undefined) {
      this.state.recorder?.read(name, undefined)
      return undefined
    }
    const computed = this.#remembered(name, raw) ?? this.#compute(name, raw)
    return computed
  }

  #note(variable: ComputedVariable): void {
    const { recorder } = this.state
    if (recorder === undefined) return
    recorder.read(variable.name, variable.raw)
    if (variable.reads.size > 0) recorder.include(variable.reads)
  }

  #remembered(name: string, raw: Value): ComputedVariable | undefined {
    const { memo } = this.templar.options
    if (memo === undefined || this.templar.isStatic(raw)) return undefined
    const found = memo.get(this.templar.engine, name, raw, this.templar.scope)
    if (found === undefined) return undefined
    this.#known.set(name, found)
    this.#note(found)
    return found
  }

  #compute(name: string, raw: Value): ComputedVariable {
    if (isUsedAsItIs(name, raw) || this.templar.isStatic(raw)) {
      const variable = { name, raw, value: raw, isUnsafe: isUnsafeVariable(raw, true), reads: NO_READS }
      this.#known.set(name, variable)
      this.#note(variable)
      if (isVolatileValue(raw) && this.state.recorder !== undefined) this.state.recorder.isVolatile = true
      return variable
    }
    const outer = this.state.recorder
    const recorder = new ReadRecorder()
    this.state.recorder = recorder
    const before = activate(recorder)
    let value: Value
    try {
      value = this.#template(name, raw)
    } finally {
      this.state.recorder = outer
      activate(before)
      if (outer !== undefined) {
        outer.read(name, raw)
        outer.include(recorder.reads)
        outer.isVolatile ||= recorder.isVolatile
      }
    }
    const variable = { name, raw, value, isUnsafe: isUnsafeVariable(value, true), reads: recorder.reads }
    if (!recorder.isVolatile) {
      this.#known.set(name, variable)
      this.templar.options.memo?.set(this.templar.engine, variable)
    }
    return variable
  }

  #template(name: string, raw: Value): Value {
    if (this.#pending.has(name))
      throw new TemplateError(`recursive loop detected in template string: ${str(raw)}`, { kind: 'RecursionError' })
    this.#pending.add(name)
    try {
      return this.templar.templateValue(raw, {})
    } catch (thrown) {
      const error = asPythonError(thrown)
      if (error instanceof UndefinedVariableError)
        return new Undefined({ hint: `${str(raw)}: ${error.message}`, name, fromAnsible: true })
      if (!isPythonException(error) || error instanceof TemplateTimeoutError) throw error
      throw new TemplateError(
        `An unhandled exception occurred while templating '${str(raw)}'. Error was a ${pythonTypeOf(error)}, original message: ${messageOf(error)}`,
        { cause: error, kind: kindOf(error) },
      )
    } finally {
      this.#pending.delete(name)
    }
  }
}

/** A JavaScript error that is none of Python's is a bug of ours and keeps its stack. */
const isPythonException = (error: unknown): boolean =>
  !(error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError)

/** HostVars, the `vars` dictionary and unsafe text are not templated when they are read. */
function isUsedAsItIs(name: string, raw: Value): boolean {
  if (raw instanceof UnsafeText) return true
  if (raw instanceof Mapping) return !(raw instanceof Dict) || name === 'vars'
  return false
}

/** A lazy mapping may say that what is read from it changes (`volatile`). */
const isVolatileValue = (raw: Value): boolean =>
  typeof raw === 'object' && raw !== null && 'volatile' in raw && raw.volatile === true
