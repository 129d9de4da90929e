// The block that gathers facts at the start of a play, and whether a host needs it.
// Mirrors PlayIterator.__init__ and the SETUP state of executor/play_iterator.py (ansible-core 2.14).

import type { Host } from '../inventory/index.js'
import { Block, type Play, Task } from '../playbook/index.js'
import { looseBoolean } from '../python/boolean.js'
import { truth } from '../python/index.js'
import type { EngineServices } from './services.js'

/** The first block of every play, before tags are applied. */
export function gatherFactsBlock(play: Play): Block {
  const { context } = play
  const block = new Block({ context, play })
  // Facts of one host are not those of the others.
  block.setOwn('run_once', false)
  const task = new Task({ context, parent: block })
  task.action = 'gather_facts'
  task.resolvedAction = 'ansible.builtin.gather_facts'
  task.name = 'Gathering Facts'
  if (!truth(play.get('tags'))) task.setOwn('tags', ['always'])
  for (const option of ['gather_subset', 'gather_timeout', 'fact_path']) {
    const value = play.get(option)
    if (value !== null) task.args.set(option, value)
  }
  if (play.includedConditional !== undefined) task.setOwn('when', [...play.includedConditional])
  block.block = [task]
  return block
}

/** Whether facts are gathered for a host, by `gather_facts:` and DEFAULT_GATHERING. */
export function gathersFacts(play: Play, host: Host, { config, variables }: EngineServices): boolean {
  const wanted = play.get('gather_facts')
  const isImplied = wanted === null || looseBoolean(wanted)
  switch (config.get('DEFAULT_GATHERING')) {
    case 'implicit':
      return isImplied
    case 'explicit':
      return looseBoolean(wanted)
    case 'smart':
      return isImplied && !truth(variables.factsOf(host.name).get('_ansible_facts_gathered') ?? false)
    default:
      return false
  }
}
