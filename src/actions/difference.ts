// What --diff shows for a file that will be written. Mirrors ActionBase._get_diff_data
// (lib/ansible/plugins/action/__init__.py, 2.14).
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { decodeUtf8, str } from '../python/index.js'
import { Dict, isInt, type Value } from '../python/values.js'
import type { ActionCall } from './action-call.js'
import { actionError } from './action-errors.js'
import { isFailed, isSet } from './result-fields.js'
import type { TransferSource } from './transfer.js'

/** `before` and `after` of a file. `sourceName` is the local path that is shown as the new content's name. */
export async function fileDifference(
  call: ActionCall,
  destination: string,
  source: TransferSource,
  sourceName: string,
): Promise<Dict> {
  const limit = Number(call.state.services.config.get('MAX_FILE_SIZE_FOR_DIFF'))
  const peek = await call.executeModule({
    name: 'ansible.legacy.file',
    args: Dict.of({ path: destination, _diff_peek: true }),
  })
  const diff = new Dict()
  if (isFailed(peek)) {
    const reason = str(peek.get('msg') ?? '')
    call.warn(`Failed to get diff between '${basename(sourceName)}' and '${destination}': ${reason}`)
    return diff
  }
  if (!isSet(peek, 'rc')) {
    await addBefore(call, diff, peek, destination, limit)
    addAfter(diff, source, sourceName, limit)
  }
  if (call.context.noLog) {
    if (diff.has('before')) diff.set('before', '')
    if (diff.has('after')) {
      diff.set('after', " [[ Diff output has been hidden because 'no_log: true' was specified for this result ]]\n")
    }
  }
  return diff
}

async function addBefore(call: ActionCall, diff: Dict, peek: Dict, destination: string, limit: number): Promise<void> {
  const state = peek.get('state')
  const size = peek.get('size')
  if (state === undefined || state === null || str(state) === 'absent') diff.set('before', '')
  else if (isSet(peek, 'appears_binary')) diff.set('dst_binary', 1)
  else if (limit > 0 && size !== undefined && isInt(size) && size > limit) diff.set('dst_larger', limit)
  else {
    const slurped = await call.executeModule({ name: 'ansible.legacy.slurp', args: Dict.of({ path: destination }) })
    const content = slurped.get('content')
    if (content === undefined) return
    if (str(slurped.get('encoding') as Value) !== 'base64') {
      throw actionError(`unknown encoding in content option, failed: ${str(slurped)}`)
    }
    diff.set('before_header', destination)
    diff.set('before', decodeUtf8(Buffer.from(str(content), 'base64'), 'surrogateescape'))
  }
}

function addAfter(diff: Dict, source: TransferSource, sourceName: string, limit: number): void {
  const size = source.kind === 'bytes' ? source.bytes.length : statSync(source.path).size
  if (limit > 0 && size > limit) {
    diff.set('src_larger', limit)
    return
  }
  const content = source.kind === 'bytes' ? Buffer.from(source.bytes) : readLocal(source.path)
  if (content.includes(0)) {
    diff.set('src_binary', 1)
    return
  }
  diff.set('after_header', sourceName)
  diff.set('after', decodeUtf8(content, 'surrogateescape'))
}

function readLocal(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw actionError(`Unexpected error while reading source (${path}) for diff: ${reason} `, error)
  }
}
