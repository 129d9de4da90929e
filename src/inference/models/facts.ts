// Gathering facts looks at the whole host. With a small gather_subset it looks at its settings alone.

import type { Draft } from '../draft.js'
import { type Models, onTarget } from './model.js'

/** Subsets that only read settings below /etc, accounts, and constant properties of the machine. */
const SETTINGS: ReadonlySet<string> = new Set([
  'min',
  '!all',
  'platform',
  'distribution',
  'date_time',
  'env',
  'user',
  'python',
  'lsb',
  'system',
  'machine',
  'architecture',
  'processor_cores',
  'kernel',
  'cmdline',
  'fips',
  'dns',
  'caps',
  'selinux',
  'apparmor',
  'ssh_pub_keys',
  'pkg_mgr',
  'service_mgr',
])

function setup(draft: Draft): void {
  draft.isHarmless = true
  if (!draft.assume('facts-directories-only-look')) {
    draft.opaque('facts in /etc/ansible/facts.d are programs of the host')
    return
  }
  const subset = draft.list('gather_subset')
  if (subset.length > 0 && subset.every(name => SETTINGS.has(name))) {
    const because = 'gathers facts about settings alone (gather_subset)'
    draft.readsFile('/etc', because).readsFile(draft.text('fact_path') ?? '/etc/ansible/facts.d', because)
    for (const kind of ['user', 'kernel', 'package'] as const) draft.reads(draft.here(kind), because)
    return
  }
  draft.reads(draft.everythingHere(), 'gathers facts about the whole host')
  const path = draft.text('fact_path')
  if (path !== undefined) draft.readsFile(path, 'reads fact_path')
}

export const FACT_MODELS: Models = onTarget({
  'ansible.builtin.setup': setup,
  'ansible.builtin.gather_facts': setup,
  'ansible.builtin.ping': draft => {
    draft.isHarmless = true
  },
})
