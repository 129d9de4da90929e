// Ansible's Templar: templates any value with the variables of one scope.
// Mirrors ansible/template/__init__.py Templar (2.14).

import type { Kwargs, Value } from '../python/values.js'
import type { TemplateEnvironment } from './environment.js'
import type { MemoStore } from './memo.js'
import type { VariableScope } from './plugin.js'

export interface TemplateOptions {
  /** A bare variable name is taken as a variable (`with_items: mylist`). Default false. */
  readonly convertBare?: boolean
  readonly preserveTrailingNewlines?: boolean
  readonly escapeBackslashes?: boolean
  /** Default: the environment's setting. False: text that meets an undefined variable stays as it is. */
  readonly failOnUndefined?: boolean
  /** Text that reads as a list, dict or bool becomes one. Default true. */
  readonly convertData?: boolean
  readonly disableLookups?: boolean
  /** Top-level keys of a mapping that are left alone. */
  readonly staticKeys?: ReadonlySet<string>
  /** Jinja2 settings for this one call, e.g. { variable_start_string: '[[' }. */
  readonly overrides?: Readonly<Record<string, Value>>
}

export interface FileTemplateOptions {
  /** Absolute path of the template file, for messages and template_* variables. */
  readonly path: string
  /** Where includes, imports and extends look, in order. */
  readonly searchPath: readonly string[]
  readonly destination?: string
  readonly newlineSequence?: string
  readonly trimBlocks?: boolean
  readonly lstripBlocks?: boolean
  readonly variableStart?: string
  readonly variableEnd?: string
  readonly blockStart?: string
  readonly blockEnd?: string
  readonly commentStart?: string
  readonly commentEnd?: string
}

export interface TemplarOptions {
  /** Folder that lookups and includes are relative to. */
  readonly basedir?: string
  readonly searchPath?: readonly string[]
  readonly memo?: MemoStore
  readonly failOnUndefined?: boolean
  /** Rendering past this moment (Date.now() milliseconds) stops with TemplateTimeoutError. */
  readonly deadline?: () => number | undefined
}

export class Templar {
  constructor(
    readonly environment: TemplateEnvironment,
    readonly scope: VariableScope,
    readonly options: TemplarOptions = {},
  ) {}

  /** Templates a value deeply (strings, lists, mappings). The result may share structure with the input: do not mutate. */
  template(_value: Value, _options: TemplateOptions = {}): Value {
    throw new Error('being written')
  }
  /** The templated value of one variable, memoised; undefined when no such variable exists; Undefined when it cannot be computed. */
  variable(_name: string): Value | undefined {
    throw new Error('being written')
  }
  /** Conditional._check_conditional for one entry of `when:` and the like (bools, None and '' included). */
  evaluateConditional(_condition: Value): boolean {
    throw new Error('being written')
  }
  /** What the template action writes for a source text. */
  renderFile(_source: string, _options: FileTemplateOptions): string {
    throw new Error('being written')
  }
  /** is_template: whether a value holds a Jinja2 expression, statement or comment (strict). */
  isTemplate(_value: Value): boolean {
    throw new Error('being written')
  }
  /** lookup(name, *terms, **kwargs) as in a template; kwargs may hold wantlist and errors. */
  lookup(_name: string, _terms: Value[], _kwargs: Kwargs): Value {
    throw new Error('being written')
  }
  /** The same templar over another scope, or over this one with more variables in front. */
  withScope(_scope: VariableScope | ReadonlyMap<string, Value>): Templar {
    throw new Error('being written')
  }
  /** Runs `f` and tells which variables it read (name → raw value, undefined for a missing one) and whether all is repeatable. */
  recordReads<T>(_f: () => T): { result: T; reads: ReadonlyMap<string, Value | undefined>; isVolatile: boolean } {
    throw new Error('being written')
  }
}
