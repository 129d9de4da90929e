// An object that only exists in the plugin host (an address object of a filter, a compiled pattern): what a template does
// with it is done there.

import {
  type BinaryOperator,
  type Kwargs,
  PyError,
  PyObject,
  truth,
  type UnaryOperator,
  type Value,
} from '../python/index.js'

export interface ForeignOperation {
  readonly do: 'attribute' | 'item' | 'call' | 'contains' | 'unary' | 'binary'
  readonly operator?: string
  readonly reflected?: boolean
  readonly name?: string
  readonly key?: Value
  readonly args?: Value[]
  readonly kwargs?: Kwargs
}

/** Does something with the other side's object of a number. */
export type ForeignOperator = (object: number, operation: ForeignOperation) => Value

export class ForeignObject extends PyObject {
  constructor(
    readonly number: number,
    readonly typeName: string,
    private readonly text: string,
    protected readonly operate: ForeignOperator,
  ) {
    super()
  }

  #unary(operator: string): Value {
    return this.operate(this.number, { do: 'unary', operator })
  }
  #binary(operator: string, key: Value, reflected: boolean): Value | undefined {
    return optional(this.operate(this.number, { do: 'binary', operator, key, reflected }))
  }

  override str(): string {
    return this.text
  }
  override repr(): string {
    return String(this.#unary('repr'))
  }
  override truth(): boolean {
    return truth(this.#unary('truth'))
  }
  override length(): number {
    return Number(this.#unary('length'))
  }
  override iterate(): Iterable<Value> {
    const items = this.#unary('iterate')
    if (!Array.isArray(items)) throw new PyError('TypeError', `'${this.typeName}' object is not iterable`)
    return items
  }
  override contains(item: Value): boolean {
    return truth(this.operate(this.number, { do: 'contains', key: item }))
  }
  override equals(other: Value): boolean {
    return other === this || truth(this.#binary('==', other, false) ?? false)
  }
  override attribute(name: string): Value | undefined {
    return optional(this.operate(this.number, { do: 'attribute', name }))
  }
  override item(key: Value): Value | undefined {
    return optional(this.operate(this.number, { do: 'item', key }))
  }
  override binary(operator: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    return this.#binary(operator, other, reflected)
  }
  override order(operator: '<' | '<=' | '>' | '>=', other: Value): boolean | undefined {
    const answer = this.#binary(operator, other, false)
    return answer === undefined ? undefined : truth(answer)
  }
  override unary(operator: UnaryOperator): Value | undefined {
    return this.#unary(operator)
  }
}

/** One that can be called. */
export class ForeignCallable extends ForeignObject {
  override call(args: Value[], kwargs: Kwargs): Value {
    return this.operate(this.number, { do: 'call', args, kwargs })
  }
}

/** An answer that may be missing comes in a list of one. */
function optional(answer: Value): Value | undefined {
  return Array.isArray(answer) && answer.length > 0 ? answer[0] : undefined
}
