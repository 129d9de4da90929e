// Blocks in which a failure leads to other tasks than those that follow.

import { Block, type Task } from '../../playbook/index.js'

/** A failure leads to tasks that are not looked at unless there is one. */
export const isRescued = (task: Task): boolean => isInBlock(task, ({ rescue }) => rescue.length > 0)

/** After a failure other tasks must find what the tasks before it left, and nothing else. */
export const isGuarding = (task: Task): boolean =>
  isInBlock(task, ({ rescue, always }) => rescue.length > 0 || always.length > 0)

function isInBlock(task: Task, isSuch: (block: Block) => boolean): boolean {
  for (let above = task.parent; above !== undefined; above = above.parent)
    if (above instanceof Block && isSuch(above)) return true
  return false
}
