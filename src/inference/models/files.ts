// Modules of ansible.builtin that read and write files. Arguments and defaults as in lib/ansible/modules/*.py and
// plugins/action/{copy,template,assemble,unarchive,fetch}.py (2.14).

import type { Draft } from '../draft.js'
import { CONTROLLER, tree } from '../resource.js'
import { UNKNOWN } from '../unknown.js'
import { looks, type Models, onTarget } from './model.js'

/** How directories that are missing come to be; two runs that do it alike may do it in any order. */
function directoryAttributes(draft: Draft): string {
  return ['mode', 'owner', 'group', 'attributes', 'seuser', 'serole', 'setype', 'selevel']
    .map(name => `${name}=${draft.text(name) ?? ''}`)
    .join(' ')
}

const PLAIN_DIRECTORIES = 'made with default attributes'

/** `dest` as copy and template take it: a directory when it ends with a slash. */
function writesDestination(draft: Draft, source: string | undefined): void {
  const dest = draft.text('dest')
  if (dest === undefined) {
    draft.writes(tree(draft.scope, 'file'), 'writes a file that is not known')
    return
  }
  if (!dest.endsWith('/')) {
    draft.writesFile(dest, 'writes dest')
    return
  }
  draft.ensuresDirectory(draft.pathOf(dest), PLAIN_DIRECTORIES, 'makes dest')
  const name = source?.endsWith('/') === false ? source.slice(source.lastIndexOf('/') + 1) : UNKNOWN
  draft.writesFile(dest + name, 'writes a file in dest')
}

function copy(draft: Draft): void {
  const source = draft.text('src')
  const isRemote = draft.flag('remote_src')
  if (source !== undefined) {
    if (isRemote !== false && draft.value('remote_src') !== undefined) draft.readsFile(source, 'reads src')
    if (isRemote !== true) draft.readsControllerFile(source, 'reads src')
  }
  writesDestination(draft, source)
  const dest = draft.text('dest')
  // A directory as source makes dest and what is missing above it.
  if (dest !== undefined && source !== undefined && !dest.endsWith('/') && mayBeDirectory(draft, source, isRemote))
    draft.ensuresParents(draft.pathOf(dest), PLAIN_DIRECTORIES, 'makes missing directories')
  draft.fileAttributes()
}

function mayBeDirectory(draft: Draft, source: string, isRemote: boolean | undefined): boolean {
  if (isRemote !== undefined && isRemote) return !/\.[a-z0-9]+$/i.test(source)
  return source.endsWith('/') || draft.onController(source, 'files') !== 'file'
}

function template(draft: Draft): void {
  const source = draft.text('src')
  if (source !== undefined) draft.readsControllerFile(source, 'reads src and what it includes', 'templates')
  writesDestination(draft, source)
  draft.fileAttributes()
}

function file(draft: Draft): void {
  const text = draft.text('path', 'dest', 'name')
  draft.fileAttributes()
  if (text === undefined) {
    draft.writes(tree(draft.scope, 'file'), 'writes a file that is not known')
    return
  }
  const path = draft.pathOf(text)
  const state = draft.text('state') ?? (draft.flag('recurse') === true ? 'directory' : 'file')
  draft.writesPath(path, `brings path into the state ${state}`)
  if (state === 'directory' || state.includes(UNKNOWN))
    draft.ensuresDirectory(path, directoryAttributes(draft), 'makes missing directories')
  const source = draft.text('src')
  if ((state === 'link' || state === 'hard') && source !== undefined) {
    const parent = { parts: path.parts.slice(0, -1), isCut: path.isCut }
    const target = draft.pathOf(source, parent)
    draft.readsPath(target, 'reads src')
    if (!path.isCut && !target.isCut) draft.world.noteLink(draft.scope, path.parts, target.parts)
    else
      draft
        .reads(tree(draft.scope, 'file'), 'makes a link that is not known')
        .writes(tree(draft.scope, 'file'), 'makes a link that is not known')
  }
}

function editsFile(draft: Draft): void {
  const text = draft.text('path', 'dest', 'destfile', 'name')
  draft.fileAttributes()
  const path = draft.pathOf(text ?? UNKNOWN)
  draft.writesPath(path, 'edits path')
  if (draft.flag('create') !== false && draft.value('create') !== undefined)
    draft.ensuresParents(path, PLAIN_DIRECTORIES, 'makes missing directories')
}

function assemble(draft: Draft): void {
  const source = draft.text('src') ?? UNKNOWN
  if (draft.flag('remote_src') !== false) draft.readsFile(source, 'reads src')
  if (draft.flag('remote_src') !== true && draft.value('remote_src') !== undefined)
    draft.readsControllerFile(source, 'reads src')
  draft.writesFile(draft.text('dest') ?? UNKNOWN, 'writes dest')
  draft.fileAttributes()
}

function unarchive(draft: Draft): void {
  const source = draft.text('src') ?? UNKNOWN
  const isRemote = draft.flag('remote_src', 'copy') // `copy: no` is the old way to say `remote_src: yes`.
  if (source.includes('://')) draft.readsDownload(source, 'downloads src')
  else {
    if (draft.value('remote_src', 'copy') !== undefined) draft.readsFile(source, 'reads src')
    if (isRemote !== true || draft.value('copy') !== undefined) draft.readsControllerFile(source, 'reads src')
  }
  draft.writesFile(draft.text('dest') ?? UNKNOWN, 'unpacks into dest')
  const creates = draft.text('creates')
  if (creates !== undefined) draft.readsFile(creates, 'reads creates')
  draft.reads(tree(draft.scope, 'package'), 'runs an archiver')
  draft.fileAttributes()
}

function getUrl(draft: Draft): void {
  draft.readsDownload(draft.text('url'), 'downloads url')
  const checksum = draft.text('checksum')
  if (checksum?.includes('://')) draft.readsDownload(checksum.slice(checksum.indexOf(':') + 1), 'downloads checksum')
  const dest = draft.text('dest') ?? UNKNOWN
  if (dest.endsWith('/')) draft.readsFile(dest, 'writes into dest').writesFile(dest + UNKNOWN, 'writes into dest')
  else draft.writesFile(dest, 'writes dest')
  draft.fileAttributes()
}

function fetch(draft: Draft): void {
  const source = draft.text('src') ?? UNKNOWN
  draft.readsFile(source, 'reads src')
  const dest = draft.text('dest') ?? UNKNOWN
  const path = dest.startsWith('/') ? draft.pathOf(dest) : { parts: [], isCut: true }
  // Without `flat`, each host has a directory of its own below dest.
  const own = draft.flag('flat') === false || draft.value('flat') === undefined ? [draft.call.host] : []
  draft.writesPath({ ...path, parts: path.isCut ? path.parts : [...path.parts, ...own] }, 'writes dest', CONTROLLER)
  draft.isHarmless = true
}

function tempfile(draft: Draft): void {
  // Its name is new: nobody else knows it before this run ended.
  draft.readsFile(draft.text('path') ?? '/tmp', 'makes a new file in path')
}

const readsPaths = (...names: readonly string[]) =>
  looks(draft => {
    const paths = draft.list(...names)
    for (const path of paths.length === 0 ? [UNKNOWN] : paths) draft.readsFile(path, `reads ${names[0]}`)
  })

export const FILE_MODELS: Models = onTarget({
  'ansible.builtin.assemble': assemble,
  'ansible.builtin.blockinfile': editsFile,
  'ansible.builtin.copy': copy,
  'ansible.builtin.fetch': fetch,
  'ansible.builtin.file': file,
  'ansible.builtin.find': readsPaths('paths', 'path', 'name'),
  'ansible.builtin.get_url': getUrl,
  'ansible.builtin.lineinfile': editsFile,
  'ansible.builtin.replace': editsFile,
  'ansible.builtin.slurp': readsPaths('src', 'path'),
  'ansible.builtin.stat': readsPaths('path', 'dest', 'name'),
  'ansible.builtin.tempfile': tempfile,
  'ansible.builtin.template': template,
  'ansible.builtin.unarchive': unarchive,
})
