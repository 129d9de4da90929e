// Data of variables files and -e options. Mirrors preprocess_vars of ansible/vars/manager.py and load_extra_vars of
// utils/vars.py (2.14).

import { MadansibleError, UsageError } from '../errors.js'
import { combineVars } from '../inventory/index.js'
import { yamlClass } from '../playbook/python-names.js'
import { parseKv } from '../playbook/splitter.js'
import { str } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'

/** A variables file as a list of mappings; undefined for an empty one. Throws when it holds anything else. */
export function preprocessVars(data: Value): Dict[] | undefined {
  if (data === null) return undefined
  const items = Array.isArray(data) ? data : [data]
  for (const item of items)
    if (!(item instanceof Dict))
      throw new MadansibleError(
        `variable files must contain either a dictionary of variables, or a list of dictionaries. Got: ${str(data)} (${yamlClass(data)})`,
      )
  return items as Dict[]
}

/** -e options in order: `k=v` text, YAML or JSON in `{}` or `[]`, `@file`. Throws UsageError in Ansible's words. */
export function loadExtraVars(
  texts: readonly string[],
  loader: DataLoader,
  behaviour: 'replace' | 'merge' = 'replace',
): Dict {
  let result = new Dict()
  for (const text of texts) {
    if (text === '') continue
    const data = readExtraVars(text, loader)
    if (!(data instanceof Dict))
      throw new UsageError(`Invalid extra vars data supplied. '${text}' could not be made into a dictionary`)
    result = combineVars(result, data, behaviour)
  }
  return result
}

function readExtraVars(text: string, loader: DataLoader): Value {
  if (text.startsWith('@')) return loader.loadFile(text.slice(1))
  if (text.startsWith('/') || text.startsWith('.'))
    throw new UsageError(`Please prepend extra_vars filename '${text}' with '@'`)
  if (text.startsWith('[') || text.startsWith('{')) return loader.load(text)
  return parseKv(text)
}
