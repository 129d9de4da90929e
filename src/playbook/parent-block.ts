// The block that `apply:` of an include puts around what it includes.
// Mirrors TaskInclude.build_parent_block in ansible/playbook/task_include.py (2.14).

import { Dict } from '../python/values.js'
import { Block } from './block.js'
import type { TaskInclude } from './task-include.js'

/** A block with the keywords of `apply:`, which is taken out of the arguments; without one the include itself. */
export function buildParentBlock(include: TaskInclude): Block | TaskInclude {
  const apply = include.args.get('apply')
  include.args.delete('apply')
  if (!(apply instanceof Dict) || apply.size === 0) return include
  const data = apply.copy()
  data.set('block', [])
  return Block.load(data, {
    context: include.context,
    play: include.play,
    taskInclude: include,
    role: include.role,
  })
}
