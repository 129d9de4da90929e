// Package managers of ansible.builtin. A package may write any system directory, adds accounts and starts services; the
// packages of a host are one chain.

import type { Draft } from '../draft.js'
import { resource, tree } from '../resource.js'
import { hasUnknown } from '../unknown.js'
import { type Models, onTarget } from './model.js'

/** Where distribution packages write (Filesystem Hierarchy Standard): not below /home, /root, /srv, /tmp, /usr/local. */
const SYSTEM_DIRECTORIES: readonly (readonly string[])[] = [
  'boot etc opt run usr/bin usr/games usr/include usr/lib usr/lib32 usr/lib64 usr/libexec usr/libx32 usr/sbin usr/share',
  'usr/src var/cache var/lib var/log var/mail var/spool var/www',
]
  .join(' ')
  .split(' ')
  .map(path => path.split('/'))

/** Packages that modules themselves run on, or that logins go through: nothing else runs meanwhile. */
const UNDERFOOT = /^(lib)?python|^platform-python|^sudo|^openssh|^glibc|^libc6|^libssl|^systemd|^\*$|^@|^https?:|\//i

/** Everything that installing, upgrading or removing packages touches. */
export function changesPackages(draft: Draft, names: readonly string[], disturbs: boolean): void {
  draft.writes(draft.here('package'), 'changes packages, which are one chain')
  draft.writes(draft.here('user'), 'changes packages, which add accounts')
  draft.writes(draft.here('service'), 'changes packages, which start and stop services')
  draft.writes(draft.here('cron'), 'changes packages, which bring cron jobs')
  if (draft.assume('packages-keep-to-system-directories'))
    for (const path of SYSTEM_DIRECTORIES)
      draft.writes(tree(draft.scope, 'file', ...path), 'changes packages, which write system directories')
  else draft.writes(tree(draft.scope, 'file'), 'changes packages')
  if (names.some(name => UNDERFOOT.test(name)) || names.some(hasUnknown))
    draft.writes(draft.everythingHere(), 'may change what modules themselves run on')
  if (disturbs) draft.activates('restarts services of changed packages')
  else draft.provides(draft.anyEndpoint(), 'changes packages, which start services')
  claimsPackages(draft)
}

function claimsPackages(draft: Draft): void {
  draft.claims(resource(draft.scope, 'process', 'package manager'), 1, 'holds the lock of the package manager')
}

/** Lists of packages, kept apart from the packages themselves. */
function refreshesLists(draft: Draft): void {
  draft.writes(draft.here('package'), 'refreshes package lists')
  draft.writes(tree(draft.scope, 'file', 'var', 'lib', 'apt'), 'refreshes package lists')
  draft.writes(tree(draft.scope, 'file', 'var', 'cache'), 'refreshes package lists')
  draft.reads(tree(draft.scope, 'file', 'etc'), 'reads the configuration of repositories')
  claimsPackages(draft)
}

const names = (draft: Draft): readonly string[] => draft.list('name', 'package', 'pkg')

function managesPackages(draft: Draft): void {
  const wanted = [...names(draft), ...draft.list('deb')]
  const state = draft.text('state') ?? 'present'
  const upgrades = draft.text('upgrade') ?? 'no'
  const cleans = ['autoremove', 'autoclean', 'clean'].some(name => draft.flag(name) === true)
  draft.readsDownload(draft.text('deb'), 'downloads packages')
  const deb = draft.text('deb')
  if (deb !== undefined && !deb.includes('://')) draft.readsFile(deb, 'reads deb')
  const doesMore = cleans || !/^(no|false)$/i.test(upgrades)
  if (wanted.length === 0 && !doesMore && draft.value('list') === undefined) {
    refreshesLists(draft)
    draft.isHarmless = true
    return
  }
  const disturbs = doesMore || !/^(present|installed)$/.test(state) || wanted.some(name => hasUnknown(name))
  changesPackages(draft, doesMore && wanted.length === 0 ? ['*'] : wanted, disturbs)
  for (const name of wanted) if (name.startsWith('/')) draft.readsFile(name, 'reads the package')
}

function aptRepository(draft: Draft): void {
  draft.readsDownload(undefined, 'reads the repository')
  draft.writes(tree(draft.scope, 'file', 'etc', 'apt'), 'writes the list of repositories')
  refreshesLists(draft)
}

function repositoryKey(draft: Draft): void {
  draft.readsDownload(draft.text('url') ?? draft.text('keyserver') ?? draft.text('key'), 'downloads the key')
  const path = draft.text('file')
  if (path !== undefined) draft.readsFile(path, 'reads file')
  const keyring = draft.text('keyring')
  if (keyring !== undefined) draft.writesFile(keyring, 'writes keyring')
  draft.writes(tree(draft.scope, 'file', 'etc', 'apt'), 'writes keys of repositories')
  draft.writes(tree(draft.scope, 'file', 'etc', 'pki'), 'writes keys of repositories')
  draft.writes(draft.here('package'), 'changes keys that packages are checked with')
}

function yumRepository(draft: Draft): void {
  draft.writesFile(draft.text('reposdir') ?? '/etc/yum.repos.d', 'writes the repository')
  draft.writes(draft.here('package'), 'changes where packages come from')
  draft.fileAttributes()
}

function pip(draft: Draft): void {
  draft.readsDownload(undefined, 'downloads packages')
  draft.reads(draft.here('package'), 'runs pip')
  const base = draft.text('chdir')
  const folder = base === undefined ? undefined : draft.pathOf(base)
  for (const name of ['requirements', 'executable'] as const) {
    const path = draft.text(name)
    if (path?.includes('/')) draft.readsFile(path, `reads ${name}`, folder)
  }
  if (folder !== undefined) draft.readsPath(folder, 'runs in chdir')
  for (const name of draft.list('name'))
    if (/^[./~]|^file:/.test(name)) draft.readsFile(name.replace(/^file:\/\//, ''), 'reads the package', folder)
  const environment = draft.text('virtualenv')
  if (environment !== undefined) {
    const path = draft.pathOf(environment, folder)
    draft.writesPath(path, 'installs into virtualenv').ensuresParents(path, 'virtualenv', 'makes missing directories')
    return
  }
  // Modules import what is installed for everybody.
  draft.writes(draft.here('package'), 'installs for everybody')
  for (const path of [['usr'], ['root', '.local'], ['root', '.cache'], ['home']])
    draft.writes(tree(draft.scope, 'file', ...path), 'installs for everybody')
}

function debconf(draft: Draft): void {
  draft.writes(draft.here('package'), 'answers questions of packages')
  draft.writes(tree(draft.scope, 'file', 'var', 'cache', 'debconf'), 'writes the answers')
}

function selections(draft: Draft): void {
  draft.writes(draft.here('package'), 'holds packages')
  draft.writes(tree(draft.scope, 'file', 'var', 'lib', 'dpkg'), 'holds packages')
}

function listsPackages(draft: Draft): void {
  draft.reads(draft.here('package'), 'lists packages')
  draft.isHarmless = true
}

export const PACKAGE_MODELS: Models = onTarget({
  'ansible.builtin.apt': managesPackages,
  'ansible.builtin.apt_key': repositoryKey,
  'ansible.builtin.apt_repository': aptRepository,
  'ansible.builtin.debconf': debconf,
  'ansible.builtin.dnf': managesPackages,
  'ansible.builtin.dpkg_selections': selections,
  'ansible.builtin.package': managesPackages,
  'ansible.builtin.package_facts': listsPackages,
  'ansible.builtin.pip': pip,
  'ansible.builtin.rpm_key': repositoryKey,
  'ansible.builtin.yum': managesPackages,
  'ansible.builtin.yum_repository': yumRepository,
})
