// What plugins ask in the middle of a call: variables of the template that called, items of lazy mappings,
// operations on our objects, opened vault texts.

import { Undefined } from '../jinja/index.js'
import {
  callValue,
  Dict,
  getAttribute,
  getItem,
  iterate,
  len,
  Mapping,
  PyBytes,
  type PyObject,
  Tuple,
  truth,
  type Value,
} from '../python/index.js'
import type { VaultSecrets } from '../vault/index.js'
import { decode, type Json, type ObjectTable } from './wire.js'

/** What a call brings that its plugin may ask about. */
export interface CallScope {
  /** A name as the calling template sees it; undefined when it has none. */
  resolve(name: string): Value | undefined
  names(): Iterable<string>
}

export type Question = Readonly<Record<string, Json>>

/** Answers one question. An answer that may be missing is a list of one value or of none. */
export function answer(
  question: Question,
  scope: CallScope | undefined,
  objects: ObjectTable,
  vault: VaultSecrets,
): Value {
  const value = (name: string) => decode(question[name] as Json, objects)
  switch (question.ask) {
    case 'variable':
      return optional(scope?.resolve(String(value('key'))))
    case 'variableNames':
      return [...(scope?.names() ?? [])]
    case 'get':
      return optional(mappingOf(question, objects).get(value('key')))
    case 'keys':
      return [...mappingOf(question, objects).keys()]
    case 'object':
      return operate(objects.objectOf(question.mapping as number), question, value)
    case 'decrypt':
      return new PyBytes(vault.decrypt(question.text as string, (question.file as string | null) ?? undefined))
    case 'secrets':
      return vault.secrets.map(secret => new Tuple([secret.id, new PyBytes(secret.password)]))
    default:
      throw new Error(`the plugin host asked ${String(question.ask)}`)
  }
}

const optional = (value: Value | undefined): Value => (value === undefined ? [] : [value])

function mappingOf(question: Question, objects: ObjectTable): Mapping {
  const object = objects.objectOf(question.mapping as number)
  if (!(object instanceof Mapping)) throw new Error(`${object.typeName} is not a mapping`)
  return object
}

function operate(object: PyObject, question: Question, value: (name: string) => Value): Value {
  switch (question.do) {
    case 'attribute':
      return present(getAttribute(object, String(value('key'))))
    case 'item':
      return present(getItem(object, value('key')))
    case 'call': {
      const kwargs = value('kwargs')
      const named = kwargs instanceof Dict ? [...kwargs.entries()] : []
      return callValue(object, value('args') as Value[], new Map(named.map(([name, item]) => [String(name), item])))
    }
    case 'iterate':
      return [...iterate(object)]
    case 'length':
      return len(object)
    default:
      return truth(object)
  }
}

const present = (value: Value | undefined): Value => (value === undefined || value instanceof Undefined ? [] : [value])
