// The small conversions that Jinja2's and Ansible's filters start with: soft_str, to_text, operator.index and friends.
// Mirrors markupsafe.soft_str, ansible/module_utils/common/text/converters.py, collections.py.

import {
  callValue,
  decodeUtf8,
  encodeUtf8,
  getAttribute,
  isInt,
  isText,
  type Kwargs,
  Mapping,
  NO_KWARGS,
  PyBytes,
  PyError,
  PyObject,
  PySet,
  PyType,
  str,
  type Text,
  Tuple,
  textOf,
  typeName,
  type Value,
  VaultText,
} from '../../python/index.js'
import { Undefined } from '../undefined.js'

/** isinstance(value, str): vault texts are not (AnsibleVaultEncryptedUnicode is a Sequence of its own). */
export const isStr = (value: Value): value is string | Text => isText(value) && !(value instanceof VaultText)

/** to_text(value, nonstring='simplerepr') as plain characters: str() of anything, bytes decoded. */
export function toText(value: Value): string {
  if (isText(value)) return textOf(value)
  if (value instanceof PyBytes) return decodeUtf8(value.value, 'surrogateescape')
  return str(value)
}

/** to_bytes(value). */
export function toBytes(value: Value): Uint8Array {
  return value instanceof PyBytes ? value.value : encodeUtf8(toText(value), 'surrogateescape')
}

/** soft_str: texts stay what they are (unsafe, markup), anything else becomes str(value). */
export const softStr = (value: Value): string | Text => (isStr(value) ? value : str(value))

/** Calls a method of a Python value; unsafe text gives unsafe text, as its class does. */
export function callMethod(value: Value, name: string, args: Value[] = [], kwargs: Kwargs = NO_KWARGS): Value {
  const method = getAttribute(value, name)
  if (method === undefined) {
    const owner = value instanceof PyType ? `type object '${value.name}'` : `'${typeName(value)}' object`
    throw new PyError('AttributeError', `${owner} has no attribute '${name}'`)
  }
  return callValue(method, args, kwargs)
}

/** The str that a C function or str method wants; TypeError otherwise. */
export function requireText(value: Value, message?: string): string {
  if (isStr(value)) return textOf(value)
  throw new PyError('TypeError', message ?? `expected string or bytes-like object, got '${typeName(value)}'`)
}

/** operator.index: an int (or bool) as a JavaScript number. */
export function requireIndex(value: Value): number {
  if (typeof value === 'boolean') return Number(value)
  if (isInt(value)) return Number(value)
  throw new PyError('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
}

/** isinstance(value, int), bool included. */
export const isInteger = (value: Value): value is number | bigint | boolean =>
  isInt(value) || typeof value === 'boolean'

/** ansible's is_sequence: list, tuple and the like, no text and no bytes. */
export function isListLike(value: Value): boolean {
  if (Array.isArray(value) || value instanceof Tuple) return true
  // is_string asks for an attribute, which undefined values answer with themselves.
  if (value instanceof Undefined) return value.fail()
  return value instanceof PyObject && value.typeName === 'range'
}

/** Items of a list or tuple without copying. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (Array.isArray(value)) return value
  return value instanceof Tuple ? value.items : undefined
}

/** isinstance(value, MutableMapping); lazy mappings such as hostvars count too. */
export const isMapping = (value: Value): value is Mapping => value instanceof Mapping

/** isinstance(value, Hashable): only the type is asked, so a tuple of lists is. */
export function isHashableType(value: Value): boolean {
  if (Array.isArray(value) || value instanceof Mapping || value instanceof PySet) return false
  const name = typeName(value)
  return name !== 'dict_items' && name !== 'dict_keys'
}

const MODULES = new Map<string, string>([
  ['Undefined', 'jinja2.runtime'],
  ['AnsibleUndefined', 'ansible.template.native_helpers'],
  ['AnsibleUnsafeText', 'ansible.utils.unsafe_proxy'],
  ['NativeJinjaText', 'ansible.utils.native_jinja'],
  ['AnsibleVaultEncryptedUnicode', 'ansible.parsing.yaml.objects'],
  ['HostVars', 'ansible.vars.hostvars'],
  ['HostVarsVars', 'ansible.vars.hostvars'],
  ['Markup', 'markupsafe'],
  ['date', 'datetime'],
  ['datetime', 'datetime'],
  ['timedelta', 'datetime'],
])

/** A type with the module that it is from, where that is not Python's own: `jinja2.runtime.Undefined`. */
export function qualifiedTypeName(value: Value): string {
  const name = typeName(value)
  const module = MODULES.get(name)
  return module === undefined ? name : `${module}.${name}`
}

/** `str(type(value))`: `<class 'list'>`. */
export const classText = (value: Value): string => `<class '${qualifiedTypeName(value)}'>`

/** str(exception) of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
