// Evaluates lists of conditions: `when`, `changed_when`, `failed_when`, `until`.
// Mirrors Conditional.evaluate_conditional of playbook/conditional.py (ansible-core 2.14).

import type { Position } from '../errors.js'
import type { Templar } from '../jinja/index.js'
import type { Value } from '../python/values.js'
import { errorText, positionedError } from './errors.js'

/**
 * True when every condition holds; stops at the first that does not.
 * Throws Ansible's "The conditional check '…' failed" with the position of the task.
 */
export function allHold(conditions: readonly Value[], templar: Templar, position?: Position): boolean {
  for (const condition of conditions) {
    try {
      if (!templar.evaluateConditional(condition)) return false
    } catch (error) {
      throw positionedError(errorText(error), position, error)
    }
  }
  return true
}
