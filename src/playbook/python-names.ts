// How Python names the types of values that came from YAML, for messages such as "Got <class 'dict'>".

import { typeName } from '../python/index.js'
import { Dict, UnsafeText, type Value, VaultText } from '../python/values.js'

const YAML = 'ansible.parsing.yaml.objects'

/** `str(type(value))` of a value that Ansible's YAML loader made. */
export function yamlClass(value: Value): string {
  if (typeof value === 'string') return `<class '${YAML}.AnsibleUnicode'>`
  if (Array.isArray(value)) return `<class '${YAML}.AnsibleSequence'>`
  if (value instanceof Dict) return `<class '${YAML}.AnsibleMapping'>`
  if (value instanceof VaultText) return `<class '${YAML}.AnsibleVaultEncryptedUnicode'>`
  return pythonClass(value)
}

/** `str(type(value))` of a value that a template gave. */
export function pythonClass(value: Value): string {
  if (value instanceof UnsafeText) return "<class 'ansible.utils.unsafe_proxy.AnsibleUnsafeText'>"
  return `<class '${typeName(value)}'>`
}
