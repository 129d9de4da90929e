// Brings one file on the host to the content of a local one: transfers it when checksums differ, else only sets its
// attributes. Mirrors ActionModule._copy_file in plugins/action/copy.py (ansible-core 2.14).
import { statSync } from 'node:fs'
import { looseBoolean } from '../python/boolean.js'
import { str } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import { FileNotFoundError } from '../yaml/index.js'
import type { ActionCall } from './action-call.js'
import { fileDifference } from './difference.js'
import { type RemoteStat, remoteLinkSource } from './remote-stat.js'
import { isSet } from './result-fields.js'
import { sourceChecksum, type TransferSource, transferAndUse } from './transfer.js'

export interface CopyItem {
  /** What is copied. */
  readonly source: TransferSource
  /** Local path that stands for it in results and differences. */
  readonly name: string
  /** Path below the destination when that is a directory. */
  readonly relative: string
  readonly isContent: boolean
}

const FILE_ARGS = new Set(
  (
    'mode owner group seuser serole selevel setype attributes unsafe_writes ' +
    'state path _original_basename recurse force _diff_peek src'
  ).split(' '),
)

/** The arguments that the file module knows (_create_remote_file_args). */
export function fileArguments(args: Dict): Dict {
  return new Dict([...args.entries()].filter(([key]) => FILE_ARGS.has(str(key))))
}

function copyArguments(args: Dict): Dict {
  return new Dict([...args.entries()].filter(([key]) => !['content', 'decrypt'].includes(str(key))))
}

export const hasTrailingSlash = (path: string) => path.endsWith('/')
export const joinRemote = (directory: string, name: string) =>
  name.startsWith('/') ? name : hasTrailingSlash(directory) ? directory + name : `${directory}/${name}`

/** The first place whose state decides about an item. */
export function firstDestination(destination: string, item: CopyItem): string {
  return hasTrailingSlash(destination) ? joinRemote(destination, item.relative) : destination
}

/**
 * Copies one item; undefined when there was nothing to do (`force: no`, `raw`).
 * `known` is the state of its first destination when that was asked for already.
 */
export async function copyFile(
  call: ActionCall,
  item: CopyItem,
  destination: string,
  follow: boolean,
  known?: Promise<RemoteStat>,
): Promise<Dict | undefined> {
  const { args, state } = call
  const { loader } = state.services
  if (item.source.kind === 'bytes') return copyReadable(call, item, destination, follow, known)
  const isDecrypted = looseBoolean(args.get('decrypt') ?? true)
  let path: string
  try {
    path = loader.realFile(item.source.path, isDecrypted)
  } catch (error) {
    if (!(error instanceof FileNotFoundError)) throw error
    return Dict.of({ diff: [], failed: true, msg: `could not find src=${item.source.path}, ${error.message}` })
  }
  try {
    const readable: CopyItem = { ...item, source: { kind: 'file', path }, name: path }
    return await copyReadable(call, readable, destination, follow, known)
  } finally {
    if (path !== item.source.path) loader.cleanupFile(path)
  }
}

async function copyReadable(
  call: ActionCall,
  item: CopyItem,
  destination: string,
  follow: boolean,
  known: Promise<RemoteStat> | undefined,
): Promise<Dict | undefined> {
  const { args, context } = call
  const force = looseBoolean(args.get('force') ?? 'yes')
  const isRaw = looseBoolean(args.get('raw') ?? 'no')
  const result = Dict.of({ diff: [] })
  let file = firstDestination(destination, item)
  let status = await (known ?? call.remoteStat(file, { follow, checksum: force }))
  if (status.exists && status.isDirectory) {
    if (item.isContent) {
      result.set('failed', true)
      return result.set('msg', 'can not use content with a dir as dest')
    }
    file = joinRemote(destination, item.relative)
    status = await call.remoteStat(file, { follow, checksum: force })
  }
  if (status.exists && !force) return undefined
  const checksum = await sourceChecksum(item.source)
  let moduleResult: Dict
  if (checksum !== status.checksum) {
    if (context.diff && !isRaw) result.set('diff', [await fileDifference(call, file, item.source, item.name)])
    if (context.checkMode) return result.set('changed', true)
    if (isRaw) {
      await transferAndUse(call, item.source, file, async () => undefined)
      return undefined
    }
    moduleResult = await runCopy(call, item, destination, follow, checksum)
  } else {
    if (isRaw) return undefined
    moduleResult = await runFile(call, item, destination, file, follow)
  }
  if (!isSet(moduleResult, 'checksum')) moduleResult.set('checksum', checksum)
  return result.update(moduleResult)
}

async function runCopy(
  call: ActionCall,
  item: CopyItem,
  destination: string,
  follow: boolean,
  checksum: string,
): Promise<Dict> {
  const { directory, path: temporary } = await call.temporaryPath('source')
  const args = copyArguments(call.args)
  args.set('src', temporary)
  args.set('dest', destination)
  args.set('_original_basename', item.relative)
  args.set('follow', follow)
  if (!isSet(call.args, 'checksum')) args.set('checksum', checksum)
  const mode = preservedMode(call, item)
  if (mode !== undefined) args.set('mode', mode)
  const request = { name: 'ansible.legacy.copy', args }
  // Made ready before the transfer, so that nothing stands between the two messages.
  try {
    return await call.executeModuleWith(request, send => transferAndUse(call, item.source, temporary, send))
  } finally {
    call.discard(directory)
  }
}

async function runFile(
  call: ActionCall,
  item: CopyItem,
  destination: string,
  file: string,
  follow: boolean,
): Promise<Dict> {
  let target = destination
  if (follow) {
    const status = await call.remoteStat(file, { follow: false, checksum: false })
    if (status.isLink) target = (await remoteLinkSource(call, file)) ?? target
  }
  const args = fileArguments(call.args)
  args.set('dest', target)
  args.set('_original_basename', item.relative)
  args.set('recurse', false)
  args.set('state', 'file')
  args.delete('src')
  const mode = preservedMode(call, item)
  if (mode !== undefined) args.set('mode', mode)
  return call.executeModule({ name: 'ansible.legacy.file', args })
}

/** The local file's mode when `mode: preserve` asks for it. */
function preservedMode(call: ActionCall, item: CopyItem): Value | undefined {
  const mode = call.args.get('mode')
  if (mode === undefined || mode === null || str(mode) !== 'preserve' || item.source.kind === 'bytes') return undefined
  return modeText(item.source.path)
}

/** Permission bits as `0644`. */
export function modeText(path: string): string {
  return `0${(statSync(path).mode & 0o7777).toString(8).padStart(3, '0')}`
}
