// Names that variables should not have, because keywords have them. Mirrors ansible/vars/reserved.py (2.14).

import { ATTRIBUTES } from './attribute.js'

/** Every keyword of plays, roles, blocks and tasks. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...(['Play', 'Role', 'Block', 'Task'] as const).flatMap(kind =>
    ATTRIBUTES[kind].flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias])),
  ),
  'local_action',
  'with_',
])

/** Warns of every name that is a keyword. `vars` is one that Ansible sets itself. */
export function warnAboutReservedNames(names: Iterable<string>, warn: (text: string) => void): void {
  for (const name of new Set(names))
    if (name !== 'vars' && RESERVED_NAMES.has(name)) warn(`Found variable using reserved name: ${name}`)
}
