// What a filter, a test or a lookup is, and what it is told when it is called.
// Filters: args[0] is the value left of `|`. Tests: args[0] is the value left of `is`; the answer is its truth.
// Lookups: args are the terms (templated and flattened as Ansible does), the answer is the list that `run` gives.
// A plugin throws FilterError, FilterTypeError or LookupError (./errors.js), UndefinedVariableError,
// or a PyError where Ansible's Python would raise a bare Python exception.

import type { Kwargs, Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'
import type { Templar } from './templar.js'
import type { Undefined } from './undefined.js'

/** Raw (untemplated) variables as a template sees them. It must not change while a Templar uses it. */
export interface VariableScope {
  get(name: string): Value | undefined
  has(name: string): boolean
  names(): Iterable<string>
}

/** A filter, test or lookup: native, or a proxy of one in the plugin host. Synchronous. */
export interface PluginCall {
  (call: CallContext, args: Value[], kwargs: Kwargs): Value
  /** For calls whose arguments are bound while a template is compiled. */
  readonly direct?: DirectCall | undefined
}

/** A plugin with one JavaScript argument for each of its parameters. What a filter gives is still to be unrolled. */
export interface DirectCall {
  /** Names in order; `default` is undefined where an argument is required. */
  readonly parameters: readonly { readonly name: string; readonly default: Value | undefined }[]
  readonly run: (call: CallContext, ...values: Value[]) => Value
}

export interface PluginSource {
  filter(name: string): PluginCall | undefined
  test(name: string): PluginCall | undefined
  lookup(name: string): PluginCall | undefined
  /** Grows when answers of filter() or test() may have changed; absent when they never do. */
  readonly version?: number
}

/** What lookups and a few filters need of the controller: files with their vault passwords, settings, messages. */
export interface Controller {
  readonly loader: DataLoader
  /** A setting by its name in Ansible's constants (DEFAULT_…, or an environment variable's plugin option). */
  setting(name: string): Value | undefined
  /** A plugin's own option; undefined when plugin or option are unknown. */
  pluginSetting?(type: string, plugin: string, option: string): Value | undefined
  warn(message: string): void
  /** Whether the Python that Ansible would run under has passlib; default true. */
  hasPasslib?(): boolean
}

/** Everything a plugin may need from the template that calls it (context, environment and eval context of Jinja2). */
export interface CallContext {
  readonly templar: Templar
  /** Raw variables; use `resolve` for templated ones. */
  readonly scope: VariableScope
  /** Jinja2's eval_ctx.autoescape; false but inside `{% autoescape true %}`. */
  readonly autoescape: boolean
  /** Newline of the template that is being rendered. */
  readonly newlineSequence: string
  /** For lookups run by a loop: the folder of a role to search, `templates`, `vars` or `files`. */
  readonly subdir?: string | undefined
  /** Says that the result may differ next time (pipe, unseeded random, files, clock): it is not memoised. */
  markVolatile(): void
  /** Marks the whole rendered result as unsafe text, as AnsibleContext.unsafe does. */
  markUnsafe(): void
  /** A variable as the template sees it (local, templated variable, global); undefined when there is none. */
  resolve(name: string): Value | undefined
  /** environment.getattr: attribute first, then item; an Undefined object when there is neither. */
  getAttribute(object: Value, name: string): Value
  /** environment.getitem: item first, then attribute; an Undefined object when there is neither. */
  getItem(object: Value, key: Value): Value
  /** environment.call_filter / a filter by name, for map() and friends. Throws a template error when unknown. */
  callFilter(name: string, value: Value, args?: Value[], kwargs?: Kwargs): Value
  /** environment.call_test, for select() and friends. Throws a template error when unknown. */
  callTest(name: string, value: Value, args?: Value[], kwargs?: Kwargs): boolean
  /** Whether a filter or test of that name exists (`is filter`, `is test`). */
  hasFilter(name: string): boolean
  hasTest(name: string): boolean
  /** environment.undefined(hint, obj, name). */
  undefined(details: { hint?: string; object?: Value; name?: Value }): Undefined
}
