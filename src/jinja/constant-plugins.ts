// Filters and tests as constant folding may call them: without a template around. What asks for one cannot be folded.

import { type Kwargs, NO_KWARGS, truth, type Value } from '../python/index.js'
import type { ConstantPlugins } from './compiler/constants.js'
import type { TemplateEnvironment } from './environment.js'
import type { CallContext } from './plugin.js'
import { attribute, item } from './runtime/operations.js'
import { Undefined, type UndefinedDetails } from './undefined.js'

/** Jinja2's filters that are given the context (`@pass_context`), which are never folded. */
const CONTEXT_FILTERS: ReadonlySet<string> = new Set(['map', 'select', 'reject', 'selectattr', 'rejectattr'])

function refuse(): never {
  throw new Error('only a rendering knows this')
}

/** Calls the environment's plugins on constants. */
export function constantPlugins(environment: TemplateEnvironment): ConstantPlugins {
  const run = (kind: 'filter' | 'test', name: string, args: Value[], kwargs: Kwargs): Value => {
    const plugin = environment[kind](name)
    if (plugin === undefined || !environment.isBuiltIn(kind, name) || CONTEXT_FILTERS.has(name)) return refuse()
    return plugin(context, args, kwargs)
  }
  const context: CallContext = {
    autoescape: false,
    newlineSequence: '\n',
    get templar() {
      return refuse()
    },
    get scope() {
      return refuse()
    },
    resolve: refuse,
    markVolatile: refuse,
    markUnsafe: refuse,
    getAttribute: attribute,
    getItem: item,
    callFilter: (name: string, value: Value, args: Value[] = [], kwargs: Kwargs = NO_KWARGS) =>
      run('filter', name, [value, ...args], kwargs),
    callTest: (name: string, value: Value, args: Value[] = [], kwargs: Kwargs = NO_KWARGS) =>
      truth(run('test', name, [value, ...args], kwargs)),
    hasFilter: (name: string) => environment.filter(name) !== undefined,
    hasTest: (name: string) => environment.test(name) !== undefined,
    undefined: (details: UndefinedDetails) => new Undefined(details),
  }
  const has = (kind: 'filter' | 'test', name: string): boolean => environment[kind](name) !== undefined
  return { call: run, has }
}
