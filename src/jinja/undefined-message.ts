// What Jinja2 says about a missing name, attribute or element (jinja2/runtime.py _undefined_message).

import { isText, repr, typeName } from '../python/index.js'
import { PyObject, type Value } from '../python/values.js'
import type { Undefined } from './undefined.js'

/** `'x' is undefined`, `'dict object' has no attribute 'x'` or `list object has no element 3`. */
export function describeMissing(object: Value | undefined, name: Value | undefined): string {
  const shownName = name === undefined ? 'None' : repr(name)
  if (object === undefined) return `${shownName} is undefined`
  const kind = describeType(object)
  if (name === undefined || !isText(name)) return `${kind} has no element ${shownName}`
  return `${repr(kind)} has no attribute ${shownName}`
}

/** `AnsibleUndefined(hint=..., obj=..., name=...)` as Ansible prints it. */
export function describeUndefined(value: Undefined): string {
  const hint = value.hint === undefined ? 'None' : repr(value.hint)
  const object = value.object === undefined ? 'missing' : repr(value.object)
  const name = value.name === undefined ? 'None' : repr(value.name)
  return `AnsibleUndefined(hint=${hint}, obj=${object}, name=${name})`
}

/** object_type_repr: `None`, `dict object`, `ansible.utils.unsafe_proxy.AnsibleUnsafeText object`. */
function describeType(object: Value): string {
  if (object === null) return 'None'
  const module = object instanceof PyObject ? object.typeModule : 'builtins'
  return module === 'builtins' ? `${typeName(object)} object` : `${module}.${typeName(object)} object`
}
