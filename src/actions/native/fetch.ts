// Copies a file from the host to the controller. Mirrors plugins/action/fetch.py (ansible-core 2.14).
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, normalize, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { RemoteFileError } from '../../agent/index.js'
import { isDirectory, isFile } from '../../config/index.js'
import { MadansibleError } from '../../errors.js'
import { looseBoolean } from '../../python/boolean.js'
import { str } from '../../python/index.js'
import { Dict, isText, textOf, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError, actionFail, actionSkip } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { isFailed } from '../result-fields.js'

export const fetch: NativeAction = {
  async run(call) {
    const { args, context } = call
    const result = call.begin()
    if (context.checkMode) throw actionSkip('check mode not (yet) supported for this module')
    const { source: given, destination } = paths(args)
    const failsOnMissing = looseBoolean(args.get('fail_on_missing') ?? true)
    const source = await call.expandUser(given)
    const content = await findContent(call, source, failsOnMissing, result)
    if (content === undefined) return result
    const target = localPath(call, source, destination)
    const before = await hashesOf(target)
    if (before.sha1 === content.checksum) {
      return result.update(
        Dict.of({
          changed: false,
          md5sum: before.md5 ?? null,
          file: source,
          dest: target,
          checksum: before.sha1 ?? null,
        }),
      )
    }
    await writeLocal(call, source, target, content)
    const after = await hashesOf(target)
    const facts = {
      md5sum: after.md5 ?? null,
      dest: target,
      remote_md5sum: null,
      checksum: after.sha1 ?? null,
      remote_checksum: content.checksum,
    }
    if (looseBoolean(args.get('validate_checksum') ?? true) && after.sha1 !== content.checksum) {
      return result.update(Dict.of({ failed: true, msg: 'checksum mismatch', file: source, ...facts }))
    }
    return result.update(Dict.of({ changed: true, ...facts }))
  },
}

function paths(args: Dict): { source: string; destination: string } {
  const source: Value = args.get('src') ?? null
  const destination: Value = args.get('dest') ?? null
  let message = ''
  if (!isText(source)) message = 'Invalid type supplied for source option, it must be a string'
  if (!isText(destination)) message = 'Invalid type supplied for dest option, it must be a string'
  if (source === null || destination === null) message = 'src and dest are required'
  if (message !== '' || !isText(source) || !isText(destination)) throw actionFail(message)
  return { source: textOf(source), destination: textOf(destination) }
}

interface RemoteContent {
  readonly checksum: string
  /** Present when the file was read already. */
  readonly data: Buffer | undefined
}

/** What is to be fetched; undefined when `result` already says why nothing is. */
async function findContent(
  call: ActionCall,
  source: string,
  failsOnMissing: boolean,
  result: Dict,
): Promise<RemoteContent | undefined> {
  let checksum = ''
  if (call.context.become === undefined) {
    try {
      const status = await call.remoteStat(source, { follow: true })
      if (status.exists && status.isDirectory) {
        directoryResult(result, failsOnMissing)
        return undefined
      }
      checksum = status.checksum
    } catch (error) {
      if (!(error instanceof MadansibleError)) throw error
      result.set('changed', false)
      result.set('file', source)
      if (failsOnMissing) result.set('failed', true)
      result.set('msg', failsOnMissing ? error.message : `${error.message}, ignored`)
      return undefined
    }
  }
  return checksum === '1' || checksum === ''
    ? slurped(call, source, failsOnMissing, result)
    : { checksum, data: undefined }
}

function directoryResult(result: Dict, failsOnMissing: boolean): void {
  const message = 'remote file is a directory, fetch cannot work on directories'
  if (failsOnMissing) {
    result.set('failed', true)
    result.set('changed', false)
    result.set('msg', message)
  } else result.set('msg', `${message}, not transferring, ignored`)
}

async function slurped(
  call: ActionCall,
  source: string,
  failsOnMissing: boolean,
  result: Dict,
): Promise<RemoteContent | undefined> {
  const answer = await call.executeModule({ name: 'ansible.legacy.slurp', args: Dict.of({ src: source }) })
  if (isFailed(answer)) {
    if (failsOnMissing) result.update(answer)
    else {
      result.set('file', source)
      result.set('changed', false)
    }
    const message = str(answer.get('msg') ?? '')
    if (message.includes('not found')) {
      result.set('msg', 'the remote file does not exist, not transferring, ignored')
    } else if (message.startsWith('source is a directory')) {
      result.set('msg', 'remote file is a directory, fetch cannot work on directories')
    }
    return undefined
  }
  const data = Buffer.from(str(answer.get('content') ?? ''), 'base64')
  return { checksum: createHash('sha1').update(data).digest('hex'), data }
}

/** Where the file goes: `dest/host/path`, or `dest` itself with `flat`. */
function localPath(call: ActionCall, source: string, given: string): string {
  const { loader } = call.state.services
  let destination = given
  if (looseBoolean(call.arg('flat') ?? null)) {
    if (isDirectory(destination) && !destination.endsWith('/')) {
      throw actionFail(
        'dest is an existing directory, use a trailing slash if you want to fetch src into that directory',
      )
    }
    if (destination.endsWith('/')) destination = join(destination, basename(source))
    if (!destination.startsWith('/')) destination = loader.pathDwim(destination)
  } else {
    const host = call.context.vars.get('inventory_hostname')
    const name = host === undefined ? call.context.connection.address : str(host)
    destination = `${loader.pathDwim(destination)}/${name}/${source}`
  }
  return normalize(destination).replace(/(.)\/$/, '$1')
}

async function hashesOf(path: string): Promise<{ sha1?: string; md5?: string }> {
  if (!isFile(path)) return {}
  const sha1 = createHash('sha1')
  const md5 = createHash('md5')
  await pipeline(createReadStream(path), async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      sha1.update(chunk)
      md5.update(chunk)
    }
    yield ''
  })
  return { sha1: sha1.digest('hex'), md5: md5.digest('hex') }
}

async function writeLocal(call: ActionCall, source: string, target: string, content: RemoteContent): Promise<void> {
  try {
    mkdirSync(dirname(resolve(target)), { recursive: true })
  } catch (error) {
    throw actionError(`Unable to create local directories(${dirname(target)}): ${(error as Error).message}`, error)
  }
  try {
    if (content.data !== undefined) writeFileSync(target, content.data)
    else await (await call.account()).fetchFileTo(await absolutePath(call, source), target)
  } catch (error) {
    if (error instanceof RemoteFileError)
      throw actionError(`failed to transfer file from "${source}" to "${target}"`, error)
    if (error instanceof Error && 'code' in error) throw actionFail(`Failed to fetch the file: ${error.message}`, error)
    throw error
  }
}

/** A relative path starts where the connection's file transfer does: the playbook's folder, or the login's home. */
async function absolutePath(call: ActionCall, path: string): Promise<string> {
  if (path.startsWith('/')) return path
  const base = call.isLocal ? call.context.connection.localDirectory : (await call.account()).info.home
  return base === undefined ? path : join(base, path)
}
