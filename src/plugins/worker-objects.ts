// Objects of this side that one job in a worker may ask about, by number, as long as the job runs.

import { MadansibleError } from '../errors.js'
import type { PyObject } from '../python/index.js'
import { ForeignObject } from './foreign-object.js'
import type { ObjectTable } from './wire.js'

export class WorkerObjects implements ObjectTable {
  readonly #numbers = new Map<PyObject, number>()
  readonly #objects: PyObject[] = []

  constructor(readonly decrypt: (ciphertext: string) => string) {}

  numberOf(object: PyObject): number {
    let number = this.#numbers.get(object)
    if (number === undefined) {
      number = this.#objects.push(object) - 1
      this.#numbers.set(object, number)
    }
    return number
  }

  objectOf(number: number): PyObject {
    const object = this.#objects[number]
    if (object === undefined) throw new Error(`a worker asked about object ${number}, which it never got`)
    return object
  }

  /** What only exists in the worker goes with it; its text stays. */
  foreign(number: number, typeName: string, text: string): ForeignObject {
    return new ForeignObject(number, typeName, text, () => {
      throw new MadansibleError(`The ${typeName} object ${text} of a Python plugin ended with its task.`, {
        hint: 'Let the plugin return plain data.',
      })
    })
  }

  keep<T extends PyObject>(_number: number, value: T): T {
    return value
  }

  /** Objects of the other Python process are objects of this side for a worker. */
  foreignNumber(): undefined {
    return undefined
  }
}
