// Builds a file from the fragments in a directory. Mirrors plugins/action/assemble.py (ansible-core 2.14).
import { readdirSync, readFileSync } from 'node:fs'
import { isDirectory, isFile } from '../../config/index.js'
import { MadansibleError } from '../../errors.js'
import { looseBoolean } from '../../python/boolean.js'
import { compareText, compileRegex, type Regex, str, truth } from '../../python/index.js'
import type { Dict, Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionFail, mergingExits } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { fileDifference } from '../difference.js'
import { type TransferSource, transferAndUse } from '../transfer.js'
import { unescapeBytes } from '../unescape-bytes.js'

const OWN_OPTIONS = ['remote_src', 'regexp', 'delimiter', 'ignore_hidden', 'decrypt']

export const assemble: NativeAction = {
  async run(call) {
    const { args, context } = call
    const result = call.begin({ supportsCheckMode: false })
    const source = args.get('src') ?? null
    const destination = args.get('dest') ?? null
    const decrypt = truth(args.get('decrypt') ?? true)
    args.delete('decrypt')
    return mergingExits(result, async () => {
      if (source === null || destination === null) throw actionFail('src and dest are required')
      if (looseBoolean(args.get('remote_src') ?? 'yes')) {
        result.update(await call.executeModule({ name: 'ansible.legacy.assemble' }))
        return
      }
      const directory = findFragments(call, str(source))
      const content: TransferSource = { kind: 'bytes', bytes: joinFragments(call, directory, decrypt) }
      const target = await call.expandUser(str(destination))
      const moduleArgs = args.copy()
      for (const option of OWN_OPTIONS) moduleArgs.delete(option)
      moduleArgs.set('dest', target)
      // ansible-core compares the checksum of the temporary file's name, so that it always runs the copy module.
      const diff = context.diff ? await fileDifference(call, target, content, call.localTemporaryPath('')) : undefined
      const copied = await copyContent(call, content, moduleArgs)
      if (diff !== undefined && diff.size > 0) copied.set('diff', diff)
      result.update(copied)
    })
  },
}

function findFragments(call: ActionCall, name: string): string {
  let path: string
  try {
    path = call.findNeedle('files', name)
  } catch (error) {
    if (error instanceof MadansibleError) throw actionFail(error.message, error)
    throw error
  }
  if (!isDirectory(path)) {
    throw actionFail(`Source (${path}) is not a directory`)
  }
  return path
}

function joinFragments(call: ActionCall, directory: string, decrypt: boolean): Buffer {
  const { loader } = call.state.services
  const regexp: Value = call.arg('regexp') ?? null
  const matcher: Regex | undefined = regexp === null ? undefined : compileRegex(str(regexp))
  const ignoresHidden = truth(call.arg('ignore_hidden') ?? false)
  const delimiterText = call.arg('delimiter') ?? null
  const delimiter = truth(delimiterText) ? unescapeBytes(Buffer.from(str(delimiterText))) : undefined
  const parts: Buffer[] = []
  let last: Buffer | undefined
  for (const name of readdirSync(directory).sort(compareText)) {
    if (matcher !== undefined && matcher.search(name) === undefined) continue
    const path = `${directory}/${name}`
    if (!isFile(path) || (ignoresHidden && name.startsWith('.'))) continue
    const readable = loader.realFile(path, decrypt)
    const fragment = readFileSync(readable)
    if (readable !== path) loader.cleanupFile(readable)
    if (last !== undefined) {
      if (!endsWithNewline(last)) parts.push(NEWLINE)
      // ansible-core compares a byte with a text here, so that the newline always follows the delimiter.
      if (delimiter !== undefined) parts.push(delimiter, NEWLINE)
    }
    parts.push(fragment)
    last = fragment
  }
  return Buffer.concat(parts)
}

const NEWLINE = Buffer.from('\n')
const endsWithNewline = (bytes: Buffer) => bytes.at(-1) === 0x0a

async function copyContent(call: ActionCall, content: TransferSource, args: Dict): Promise<Dict> {
  const { directory, path } = await call.temporaryPath('src')
  args.set('src', path)
  try {
    const request = { name: 'ansible.legacy.copy', args }
    return await call.executeModuleWith(request, send => transferAndUse(call, content, path, send))
  } finally {
    call.discard(directory)
  }
}
