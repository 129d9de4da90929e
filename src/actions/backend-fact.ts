// Which backend a host uses (pkg_mgr, service_mgr): from facts that are known, else asked from the host.
// Mirrors the first part of run() in plugins/action/package.py, service.py and yum.py (ansible-core 2.14).
import { MadansibleError } from '../errors.js'
import { PyError, str } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import type { ActionCall } from './action-call.js'

/** The fact as known; 'auto' when it is not. Facts of a delegated host come from its hostvars. */
export function knownBackend(call: ActionCall, fact: string): Value {
  const { delegatedTo, templar } = call.context
  const expression =
    delegatedTo === undefined
      ? `{{ansible_facts.${fact}}}`
      : `{{hostvars['${delegatedTo}']['ansible_facts']['${fact}']}}`
  try {
    return templar.template(expression)
  } catch (error) {
    if (error instanceof MadansibleError || error instanceof PyError) return 'auto'
    throw error
  }
}

/** Asks the host for the one fact; 'auto' when it does not know. */
export async function gatheredBackend(call: ActionCall, fact: string): Promise<string> {
  const facts = await call.executeModule({
    name: 'ansible.legacy.setup',
    args: Dict.of({ gather_subset: '!all', filter: `ansible_${fact}` }),
  })
  const found = facts.get('ansible_facts')
  const value = found instanceof Dict ? found.get(`ansible_${fact}`) : undefined
  return value === undefined ? 'auto' : str(value)
}
