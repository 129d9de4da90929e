// Accounts and what belongs to them: users, groups, keys. The accounts of a host are one chain, since each new one takes
// the next free number.

import type { Draft } from '../draft.js'
import { ANYWHERE, type KnownPath } from '../paths.js'
import { looks, type Models, onTarget } from './model.js'

const ACCOUNT_FILES = ['passwd', 'shadow', 'group', 'gshadow', 'subuid', 'subgid'] as const

function changesAccounts(draft: Draft): void {
  draft.writes(draft.here('user'), 'changes accounts, which are one chain')
  for (const file of ACCOUNT_FILES) draft.writesFile(`/etc/${file}`, `writes /etc/${file}`)
  draft.readsFile('/etc/login.defs', 'reads /etc/login.defs').readsFile('/etc/default/useradd', 'reads defaults')
}

function user(draft: Draft): void {
  changesAccounts(draft)
  const name = draft.text('name', 'user')
  const home = draft.text('home')
  const path = home === undefined ? draft.homeOf(name) : draft.pathOf(home)
  draft.writesPath(path, 'writes the home directory')
  draft.readsFile(draft.text('skeleton') ?? '/etc/skel', 'copies the skeleton')
  if (draft.text('state') === 'absent') {
    draft.writesFile('/var/mail', 'removes mail').writes(draft.here('cron'), 'removes cron jobs')
    draft.reads(draft.here('process'), 'must find the account unused')
  }
}

function authorizedKey(draft: Draft): void {
  const name = draft.text('user')
  draft.readsUser(name, 'reads user')
  const path = draft.text('path')
  const folder: KnownPath = draft.homeOf(name)
  if (path !== undefined) draft.writesFile(path, 'writes path')
  else draft.writesPath(folder === ANYWHERE ? folder : { ...folder, parts: [...folder.parts, '.ssh'] }, 'writes keys')
  draft.readsFile('/etc/passwd', 'looks the account up')
  const key = draft.text('key')
  if (key?.includes('://')) draft.readsDownload(key, 'downloads keys')
}

function knownHosts(draft: Draft): void {
  draft.writesFile(draft.text('path') ?? '~/.ssh/known_hosts', 'writes path')
}

export const ACCOUNT_MODELS: Models = onTarget({
  'ansible.builtin.user': user,
  'ansible.builtin.group': changesAccounts,
  'ansible.posix.authorized_key': authorizedKey,
  'ansible.builtin.known_hosts': knownHosts,
  'ansible.builtin.getent': looks(draft => {
    draft.reads(draft.here('user'), 'looks accounts up').readsFile('/etc', 'reads databases below /etc')
    draft.reads(draft.here('kernel'), 'looks names up')
  }),
})
