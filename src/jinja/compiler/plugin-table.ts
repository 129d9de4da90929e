// The filters and tests of one template's code: each gets a JavaScript variable. Unknown ones are errors.

import { unknownPlugin } from '../errors.js'
import type { PluginCall } from '../plugin.js'
import { type Statement, walk } from '../syntax/nodes.js'
import type { CompiledPlugin } from './expressions.js'

type Kind = 'filter' | 'test'

export class PluginTable {
  readonly #calls: PluginCall[] = []
  readonly #indexes = new Map<string, number>()

  constructor(private readonly find: (kind: Kind, name: string) => PluginCall | undefined) {}

  /** P of the code. */
  get calls(): readonly PluginCall[] {
    return this.#calls
  }

  /** The variable of a plugin. Throws TemplateSyntaxError when there is none of that name. */
  variable(kind: Kind, name: string, line: number): CompiledPlugin {
    const key = `${kind} ${name}`
    let index = this.#indexes.get(key)
    if (index === undefined) {
      const call = this.find(kind, name)
      if (call === undefined) throw unknownPlugin(name, line)
      index = this.#calls.push(call) - 1
      this.#indexes.set(key, index)
    }
    return { variable: `p${index}`, direct: this.#calls[index]?.direct }
  }

  /** The lines that declare the variables. */
  declarations(): string[] {
    return this.#calls.flatMap((call, index) => [
      `const p${index} = P[${index}];`,
      ...(call.direct === undefined ? [] : [`const p${index}d = p${index}.direct.run;`]),
    ])
  }

  /**
   * The first plugin that a body names and nobody has. Rendering begins with all of them at hand, those too that need
   * no code (in a constant, after extends). Blocks see to their own.
   */
  missingIn(body: readonly Statement[]): string | undefined {
    const names = { Filter: new Set<string>(), Test: new Set<string>() }
    walk(body, each => {
      if (each.typename === 'Filter' || each.typename === 'Test') names[each.typename].add(each.name)
      return each.typename !== 'Block'
    })
    const missing = (kind: Kind, of: ReadonlySet<string>): string | undefined =>
      [...of].filter(name => this.find(kind, name) === undefined).sort()[0]
    return missing('filter', names.Filter) ?? missing('test', names.Test)
  }
}
