// Actions that the controller does alone: they touch variables, not machines. Guards decide whether what follows runs.

import type { Draft } from '../draft.js'
import { CONTROLLER, EVERYWHERE, everythingOf, tree } from '../resource.js'
import { UNKNOWN } from '../unknown.js'
import { type Models, onController, onTarget } from './model.js'

function nothing(draft: Draft): void {
  draft.isHarmless = true
}

function guard(draft: Draft): void {
  draft.isGuard = true
}

function includeVars(draft: Draft): void {
  draft.isHarmless = true
  const path = draft.text('file', '_raw_params', 'dir') ?? UNKNOWN
  draft.readsControllerFile(path, 'reads variables', 'vars')
}

/** Waits on purpose: what stands before it is over, and what follows it has not begun. */
function waitsOnPurpose(draft: Draft): void {
  draft.isGuard = true
  const everything = everythingOf(EVERYWHERE)
  draft.reads(everything, 'waits on purpose').writes(everything, 'waits on purpose')
}

const ENDS = /^(end_|reset_connection|refresh_inventory|clear_|flush_handlers)/

function meta(draft: Draft): void {
  const what = draft.text('_raw_params') ?? UNKNOWN
  if (what === 'reset_connection') {
    // The tasks of before must be over, and those of after need the new connection.
    draft.reads(draft.everythingHere(), 'drops the connection').writes(draft.everythingHere(), 'drops the connection')
  }
  if (what === 'refresh_inventory') draft.reads(tree(CONTROLLER, 'file'), 'reads the inventory again')
  draft.isGuard = ENDS.test(what) && what !== 'flush_handlers' && what !== 'clear_facts'
  if (what.includes(UNKNOWN)) draft.isGuard = true
  draft.isHarmless = !draft.isGuard
}

export const CONTROL_MODELS: Models = {
  ...onController({
    'ansible.builtin.add_host': nothing,
    'ansible.builtin.assert': guard,
    'ansible.builtin.debug': nothing,
    'ansible.builtin.fail': guard,
    'ansible.builtin.group_by': nothing,
    'ansible.builtin.include_role': nothing,
    'ansible.builtin.include_tasks': nothing,
    'ansible.builtin.include': nothing,
    'ansible.builtin.import_role': nothing,
    'ansible.builtin.import_tasks': nothing,
    'ansible.builtin.include_vars': includeVars,
    'ansible.builtin.meta': meta,
    'ansible.builtin.pause': waitsOnPurpose,
    'ansible.builtin.set_fact': nothing,
    'ansible.builtin.set_stats': nothing,
    'ansible.builtin.validate_argument_spec': guard,
  }),
  ...onTarget({
    'ansible.builtin.wait_for_connection': draft => {
      draft.isGuard = true
      draft.reads(draft.everythingHere(), 'waits for the host')
    },
    'ansible.builtin.reboot': draft => {
      draft.isGuard = true
      draft.opaque('a reboot restarts everything on the host')
    },
    'ansible.builtin.async_status': draft => {
      draft.opaque('the job it asks for may have done anything')
    },
  }),
}
