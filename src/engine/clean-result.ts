// Results as others may see them: without internal keys, and censored where no_log asks for it. What needs no
// cleaning is shared, not copied. Mirrors vars/clean.py strip_internal_keys and TaskResult.clean_copy of
// executor/task_result.py (ansible-core 2.14).

import { Dict, isText, textOf, type Value } from '../python/values.js'

const CENSORED = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
/** Internal keys that callbacks need. */
const CALLBACK_KEYS: ReadonlySet<string> = new Set([
  '_ansible_verbose_always',
  '_ansible_item_label',
  '_ansible_no_log',
  '_ansible_verbose_override',
])
const NO_KEYS: ReadonlySet<string> = new Set()
/** Keys that survive censoring. */
const KEPT_WHEN_CENSORED = ['attempts', 'changed', 'retries']
const KEPT_DELEGATION = ['ansible_host', 'ansible_port', 'ansible_user', 'ansible_connection']

/** The value without keys that begin with `_ansible_`, at any depth; the very same value when there are none. */
export function withoutInternalKeys<T extends Value>(value: T, exceptions: ReadonlySet<string> = NO_KEYS): T {
  if (Array.isArray(value)) return withoutInternalKeysInList(value, exceptions) as T
  if (!(value instanceof Dict)) return value
  let copy: Dict | undefined
  for (const [key, item] of value.entries()) {
    if (isInternalKey(key, exceptions)) {
      copy ??= value.copy()
      copy.delete(key)
      continue
    }
    if (!Array.isArray(item) && !(item instanceof Dict)) continue
    const cleaned = withoutInternalKeys(item, exceptions)
    if (cleaned === item) continue
    copy ??= value.copy()
    copy.set(key, cleaned)
  }
  return (copy ?? value) as Value as T
}

function withoutInternalKeysInList(list: readonly Value[], exceptions: ReadonlySet<string>): readonly Value[] {
  let copy: Value[] | undefined
  list.forEach((item, index) => {
    const cleaned = withoutInternalKeys(item, exceptions)
    if (cleaned === item) return
    copy ??= [...list]
    copy[index] = cleaned
  })
  return copy ?? list
}

function isInternalKey(key: Value, exceptions: ReadonlySet<string>): boolean {
  if (!isText(key)) return false
  const text = textOf(key)
  return text.startsWith('_ansible_') && !exceptions.has(text)
}

/** What `register` keeps of a result. */
export function registeredResult(result: Dict): Dict {
  const clean = withoutInternalKeys(result)
  if (!clean.has('invocation')) return clean
  const copy = clean.copy()
  copy.delete('invocation')
  return copy
}

/** What callbacks get of a result. */
export function callbackResult(result: Dict, options: { readonly isDebug: boolean; readonly noLog: boolean }): Dict {
  const clean = options.noLog ? censored(result) : withoutStatus(result, options.isDebug)
  const delegation = result.get('_ansible_delegated_vars')
  if (delegation instanceof Dict) {
    const kept = new Dict()
    for (const key of KEPT_DELEGATION) {
      const value = delegation.get(key)
      if (value !== undefined) kept.set(key, value)
    }
    clean.set('_ansible_delegated_vars', kept)
  }
  return clean
}

function censored(result: Dict): Dict {
  const clean = Dict.of({ censored: CENSORED })
  for (const key of KEPT_WHEN_CENSORED) {
    const value = result.get(key)
    if (value !== undefined) clean.set(key, value)
  }
  return clean
}

function withoutStatus(result: Dict, isDebug: boolean): Dict {
  const clean = withoutInternalKeys(result, CALLBACK_KEYS)
  const copy = clean === result ? result.copy() : clean
  copy.delete('failed')
  copy.delete('skipped')
  if (isDebug) copy.delete('invocation')
  return copy
}
