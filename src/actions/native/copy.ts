// Copies files, directories or given content to the host. Mirrors plugins/action/copy.py (ansible-core 2.14).

import { basename, join } from 'node:path'
import { isDirectory } from '../../config/index.js'
import { MadansibleError } from '../../errors.js'
import { looseBoolean } from '../../python/boolean.js'
import { jsonDumps, str, truth } from '../../python/index.js'
import { Dict, isText, textOf, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { tracebackText } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { type CopyItem, copyFile, fileArguments, firstDestination, hasTrailingSlash } from '../copy-file.js'
import type { RemoteStat } from '../remote-stat.js'
import { isFailed, isSet } from '../result-fields.js'
import type { TransferSource } from '../transfer.js'
import { type WalkedDirectory, walkDirectory } from '../walk-directory.js'

/** Content that was made by the caller and is to be copied as if it were the file `name`. */
export interface MadeContent {
  readonly bytes: Uint8Array
  readonly name: string
}

export const copy: NativeAction = {
  run: call => runCopyAction(call),
}

/** The copy action; with `made`, its `src` argument names a file that exists only as these bytes (template). */
export async function runCopyAction(call: ActionCall, made?: MadeContent): Promise<Dict> {
  const result = call.begin()
  const problem = argumentProblem(call.args)
  if (problem !== undefined) {
    result.set('failed', true)
    result.set('msg', problem)
    return withInvocation(call, result)
  }
  if (made === undefined && call.args.get('content') == null && looseBoolean(call.args.get('remote_src') ?? false)) {
    return withInvocation(call, result.update(await call.executeModule({ name: 'ansible.legacy.copy' })))
  }
  let sources: Sources
  try {
    sources = findSources(call, made)
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    result.set('failed', true)
    result.set('msg', error.message)
    result.set('exception', tracebackText(error))
    return withInvocation(call, result)
  }
  return withInvocation(call, await copySources(call, result, sources))
}

function argumentProblem(args: Dict): string | undefined {
  const source = args.get('src')
  const content = args.get('content') ?? null
  const destination = args.get('dest')
  const hasSource = source !== undefined && truth(source)
  if (!hasSource && content === null) return 'src (or content) is required'
  if (destination === undefined || !truth(destination)) return 'dest is required'
  if (hasSource && content !== null) return 'src and content are mutually exclusive'
  if (content !== null && str(destination).endsWith('/')) return 'can not use content with a dir as dest'
  return undefined
}

interface Sources {
  /** Local path as shown in the result. */
  readonly name: string
  readonly items: readonly CopyItem[]
  readonly directories: WalkedDirectory['directories']
  readonly links: WalkedDirectory['links']
  readonly isDirectory: boolean
}

function findSources(call: ActionCall, made: MadeContent | undefined): Sources {
  const content = call.args.get('content') ?? null
  if (made !== undefined) return single({ kind: 'bytes', bytes: made.bytes }, made.name, false)
  if (content !== null) {
    const bytes = Buffer.from(contentText(content))
    return single({ kind: 'bytes', bytes }, call.localTemporaryPath(''), true)
  }
  const given = str(call.args.get('src') as Value)
  const found = call.findNeedle('files', given)
  // A trailing slash says whether a directory itself is meant, or what is in it.
  const source = given.endsWith('/') ? `${found.replace(/\/$/, '')}/` : found.replace(/(.)\/$/, '$1')
  if (!isDirectory(source)) {
    return single({ kind: 'file', path: source }, source, false)
  }
  const walked = walkDirectory(source, looseBoolean(call.args.get('local_follow') ?? true))
  const items = walked.files.map(([path, relative]): CopyItem => {
    return { source: { kind: 'file', path }, name: path, relative, isContent: false }
  })
  return { name: source, items, directories: walked.directories, links: walked.links, isDirectory: true }
}

function single(source: TransferSource, name: string, isContent: boolean): Sources {
  const item: CopyItem = { source, name, relative: basename(name), isContent }
  return { name, items: [item], directories: [], links: [], isDirectory: false }
}

function contentText(content: Value): string {
  if (isText(content)) return textOf(content)
  return content instanceof Dict || Array.isArray(content) ? jsonDumps(content) : str(content)
}

async function copySources(call: ActionCall, result: Dict, sources: Sources): Promise<Dict> {
  let destination = str(call.args.get('dest') as Value)
  if (sources.isDirectory && !hasTrailingSlash(destination)) destination += '/'
  destination = await call.expandUser(destination)
  const outcome = new Outcome()
  if (!(await copyItems(call, sources, destination, outcome))) return result.update(outcome.last)
  for (const [, relative] of sources.directories) {
    const args = fileArguments(call.args)
    args.set('path', join(destination, relative))
    args.set('state', 'directory')
    args.set('mode', call.args.get('directory_mode') ?? null)
    args.set('recurse', false)
    args.delete('src')
    outcome.add(await call.executeModule({ name: 'ansible.legacy.file', args }))
    if (isFailed(outcome.last)) return result.update(outcome.last)
  }
  for (const [target, relative] of sources.links) {
    outcome.add(await makeLink(call, target, join(destination, relative), sources.directories.length > 0))
    if (isFailed(outcome.last)) return result.update(outcome.last)
  }
  if (outcome.isExecuted && sources.items.length === 1) {
    result.update(outcome.last)
    if (result.has('path') && !result.has('dest')) result.set('dest', result.get('path') as Value)
    return result
  }
  result.set('dest', destination)
  result.set('src', sources.name)
  return result.set('changed', outcome.isChanged)
}

/** What the modules said so far. */
class Outcome {
  last: Dict = Dict.of({ changed: false })
  isExecuted = false
  isChanged = false

  add(result: Dict): void {
    this.last = result
    this.isExecuted = true
    this.isChanged ||= isSet(result, 'changed')
  }
}

/** Copies the files in order; false when one failed, which is then the last result. */
async function copyItems(call: ActionCall, sources: Sources, destination: string, outcome: Outcome): Promise<boolean> {
  const follow = sources.directories.length === 0 && looseBoolean(call.args.get('follow') ?? false)
  const states = sources.items.length > 1 ? prefetchStates(call, sources, destination, follow) : undefined
  for (const [index, item] of sources.items.entries()) {
    const result = await copyFile(call, item, destination, follow, states?.[index])
    if (result === undefined) continue
    outcome.add(result)
    if (isFailed(result)) return false
  }
  return true
}

/** Asks for the state of all destinations at once: they do not depend on one another. */
function prefetchStates(
  call: ActionCall,
  sources: Sources,
  destination: string,
  follow: boolean,
): Promise<RemoteStat>[] {
  const checksum = looseBoolean(call.args.get('force') ?? 'yes')
  return sources.items.map(item => {
    const state = call.remoteStat(firstDestination(destination, item), { follow, checksum })
    state.catch(() => undefined)
    return state
  })
}

function makeLink(call: ActionCall, target: string, path: string, isRecursive: boolean): Promise<Dict> {
  const args = fileArguments(call.args)
  args.set('path', path)
  args.set('src', target)
  args.set('state', 'link')
  args.set('force', true)
  if (isRecursive) args.set('follow', false)
  const mode = args.get('mode')
  if (mode !== undefined && mode !== null && str(mode) === 'preserve') args.delete('mode')
  return call.executeModule({ name: 'ansible.legacy.file', args })
}

/** The invocation shown with a result, without the content. */
function withInvocation(call: ActionCall, result: Dict): Dict {
  if (!result.has('invocation')) {
    if (call.context.noLog) result.set('invocation', 'CENSORED: no_log is set')
    else result.set('invocation', call.args.copy().set('module_args', call.args.copy()))
  }
  const invocation = result.get('invocation')
  if (!(invocation instanceof Dict)) return result
  if (invocation.has('content')) invocation.set('content', 'CENSORED: content is a no_log parameter')
  const moduleArgs = invocation.get('module_args')
  if (moduleArgs instanceof Dict && (moduleArgs.get('content') ?? null) !== null) {
    moduleArgs.set('content', 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER')
  }
  return result
}
