// Which object has which number on the way to the plugin host and back. Objects of this side are remembered as long as a
// request runs; those of the other side until nothing here holds their stand-in any more.

import type { PyObject } from '../python/index.js'
import { ForeignCallable, ForeignObject, type ForeignOperator } from './foreign-object.js'
import type { ObjectTable } from './wire.js'

export class HostObjects implements ObjectTable {
  readonly #numbers = new Map<PyObject, number>()
  readonly #objects = new Map<number, PyObject>()
  readonly #foreign = new WeakMap<PyObject, number>()
  #next = 1
  #released: number[] = []
  readonly #registry = new FinalizationRegistry<number>(number => this.#released.push(number))

  constructor(
    private readonly operate: ForeignOperator,
    readonly decrypt: (ciphertext: string) => string,
  ) {}

  numberOf(object: PyObject): number {
    let number = this.#numbers.get(object)
    if (number === undefined) {
      number = this.#next++
      this.#numbers.set(object, number)
      this.#objects.set(number, object)
    }
    return number
  }

  objectOf(number: number): PyObject {
    const object = this.#objects.get(number)
    if (object === undefined)
      throw new Error('a plugin used variables of an earlier call: they are known only while the call runs')
    return object
  }

  /** The objects of this side that were lent for a request. */
  forgetOwn(): void {
    this.#numbers.clear()
    this.#objects.clear()
  }

  foreign(number: number, typeName: string, text: string, isCallable: boolean): ForeignObject {
    const type = isCallable ? ForeignCallable : ForeignObject
    return this.keep(number, new type(number, typeName, text, this.operate))
  }

  keep<T extends PyObject>(number: number, value: T): T {
    this.#foreign.set(value, number)
    this.#registry.register(value, number)
    return value
  }

  foreignNumber(object: PyObject): number | undefined {
    return this.#foreign.get(object)
  }

  /** Numbers of the other side that nobody here needs any more; each is told once. */
  takeReleased(): readonly number[] {
    const released = this.#released
    this.#released = []
    return released
  }
}
