// Calls that change user accounts of a host: processes of ours that run as such a user would be in their way (userdel
// refuses while there is one), and would keep the groups they were started with.
import type { Module } from '../modules/index.js'
import { str } from '../python/index.js'
import type { Dict, Value } from '../python/values.js'
import type { ActionCall } from './action-call.js'

/** Programs that change accounts or end what runs as a user. */
const ACCOUNT_PROGRAMS = /\b(user(mod|del)|(add|del)user|group(mod|del)|delgroup|gpasswd|killall|pkill|loginctl)\b/

/** Ends idle agents of the users whose accounts the call may change. */
export async function leaveChangedAccounts(call: ActionCall, module: Module, args: Dict): Promise<void> {
  const { agents } = call.state.services
  const { connection } = call.context
  switch (module.path.split('/').at(-1)) {
    case 'user.py':
      return agents.leave(connection, str(args.get('name') ?? args.get('user') ?? ''))
    case 'group.py':
      return agents.leave(connection)
    case 'command.py':
      if (ACCOUNT_PROGRAMS.test(commandText(args))) return agents.leave(connection)
  }
}

function commandText(args: Dict): string {
  const given: readonly Value[] = [args.get('_raw_params') ?? args.get('cmd') ?? '', args.get('argv') ?? '']
  return given.map(part => (Array.isArray(part) ? part.map(str).join(' ') : str(part))).join(' ')
}
