// Which values templating gives back as they are: no template in any text. Answers about lists and dicts are kept.

import { Dict, Mapping, Text, Tuple, UnsafeText, type Value, VaultText } from '../python/index.js'
import type { TemplateEngine } from './engine.js'
import type { SyntaxSettings } from './syntax/settings.js'
import { isPossiblyTemplate } from './template-text.js'
import { Undefined } from './undefined.js'

const byEngine = new WeakMap<TemplateEngine, StaticValues>()

export class StaticValues {
  readonly #known = new WeakMap<object, boolean>()

  private constructor(private readonly settings: SyntaxSettings) {}

  static of(engine: TemplateEngine): StaticValues {
    let values = byEngine.get(engine)
    if (values === undefined) {
      values = new StaticValues(engine.settings)
      byEngine.set(engine, values)
    }
    return values
  }

  isStatic(value: Value): boolean {
    if (typeof value === 'string') return !isPossiblyTemplate(value, this.settings)
    if (value === null || typeof value !== 'object') return true
    if (Array.isArray(value)) return this.#remember(value, () => value.every(item => this.isStatic(item)))
    if (value instanceof Dict) return this.#remember(value, () => this.#allStatic(value))
    if (value instanceof UnsafeText || value instanceof VaultText) return true
    if (value instanceof Text) return !isPossiblyTemplate(value.value, this.settings)
    // Tuples become lists, other mappings become dicts, undefined values fail.
    return !(value instanceof Tuple || value instanceof Mapping || value instanceof Undefined)
  }

  #allStatic(dict: Dict): boolean {
    for (const item of dict.values()) if (!this.isStatic(item)) return false
    return true
  }

  #remember(value: object, compute: () => boolean): boolean {
    let answer = this.#known.get(value)
    if (answer === undefined) {
      answer = compute()
      this.#known.set(value, answer)
    }
    return answer
  }
}
