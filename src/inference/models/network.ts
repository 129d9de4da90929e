// Modules that speak to services over the network: what they see depends on every service that was started before.

import type { Draft } from '../draft.js'
import { EVERYWHERE, everythingOf, SHARED, tree } from '../resource.js'
import { UNKNOWN } from '../unknown.js'
import { type Models, onTarget } from './model.js'

const SAFE_METHOD = /^(GET|HEAD|OPTIONS)$/i

function uri(draft: Draft): void {
  const method = draft.text('method') ?? 'GET'
  draft.reads(draft.anyEndpoint(), 'speaks to a service').reads(tree(SHARED, 'api'), 'reads what a service keeps')
  draft.reads(tree(SHARED, 'database'), 'reads what a service keeps')
  draft
    .reads(draft.here('service'), 'may speak to a service of its host')
    .reads(draft.here('container'), 'may speak to a container')
  if (SAFE_METHOD.test(method)) draft.isHarmless = draft.value('dest') === undefined
  else
    draft
      .writes(tree(SHARED, 'api'), `sends ${method}, which may change what a service keeps`)
      .writes(tree(SHARED, 'database'), `sends ${method}, which may change what a service keeps`)
  const dest = draft.text('dest')
  if (dest !== undefined) draft.writesFile(dest, 'writes dest')
  const source = draft.text('src')
  if (source !== undefined) {
    if (draft.flag('remote_src') === true) draft.readsFile(source, 'sends src')
    else draft.readsControllerFile(source, 'sends src')
  }
  for (const name of ['creates', 'removes', 'client_cert', 'client_key', 'ca_path', 'unix_socket'] as const) {
    const path = draft.text(name)
    if (path !== undefined) draft.readsFile(path, `reads ${name}`)
  }
  draft.readsFile('/etc/ssl', 'trusts certificates').readsFile('/etc/hosts', 'looks names up')
  draft.fileAttributes()
}

function waitFor(draft: Draft): void {
  const path = draft.text('path')
  if (draft.value('port') === undefined && path === undefined) {
    const everything = everythingOf(EVERYWHERE)
    draft.isGuard = true
    draft.reads(everything, 'waits on purpose').writes(everything, 'waits on purpose')
    return
  }
  draft.isHarmless = true
  if (path !== undefined) draft.readsFile(path, 'waits for path')
  // What it waits for may be the work of anything that runs on the host by then.
  draft.reads(draft.everythingHere(), 'waits for something to happen')
  draft.reads(draft.anyEndpoint(), 'waits for a service')
  // What follows relies on it, without naming what was waited for.
  draft.isGuard = true
}

function git(draft: Draft): void {
  const repository = draft.text('repo', 'name') ?? UNKNOWN
  if (/^(file:\/\/)?\//.test(repository)) draft.readsFile(repository.replace(/^file:\/\//, ''), 'reads repo')
  else draft.readsDownload(repository, 'downloads repo')
  const dest = draft.text('dest')
  if (dest !== undefined) {
    const path = draft.pathOf(dest)
    draft
      .writesPath(path, 'writes dest')
      .ensuresParents(path, 'made with default attributes', 'makes missing directories')
  }
  for (const name of ['key_file', 'reference', 'gpg_whitelist'] as const) {
    const path = draft.text(name)
    if (path?.startsWith('/')) draft.readsFile(path, `reads ${name}`)
  }
  const archive = draft.text('archive')
  if (archive !== undefined) draft.writesFile(archive, 'writes archive')
  const separate = draft.text('separate_git_dir')
  if (separate !== undefined) draft.writesFile(separate, 'writes separate_git_dir')
  draft
    .readsFile('~/.ssh', 'reads keys')
    .readsFile('~/.gitconfig', 'reads settings')
    .readsFile('/etc', 'reads settings')
  if (draft.flag('accept_hostkey', 'accept_newhostkey') === true) draft.writesFile('~/.ssh/known_hosts', 'accepts keys')
  draft.reads(draft.here('package'), 'runs git')
}

export const NETWORK_MODELS: Models = onTarget({
  'ansible.builtin.git': git,
  'ansible.builtin.subversion': git,
  'ansible.builtin.uri': uri,
  'ansible.builtin.wait_for': waitFor,
})
