// Names of actions, written short or in full, as the one name that models and rules know them by.

import { MODELS } from './models/index.js'

/** Names that modules of collections had before there were collections. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  authorized_key: 'ansible.posix.authorized_key',
}

/** ansible.legacy.x and x are what ansible.builtin.x is, when there is such a model. */
export function canonicalAction(action: string): string {
  const short = /^(?:ansible\.(?:legacy|builtin)\.)?([^.]+)$/.exec(action)?.[1]
  if (short === undefined) return action
  const builtin = `ansible.builtin.${short}`
  if (MODELS.has(builtin)) return builtin
  return FORMER_NAMES[short] ?? short
}
