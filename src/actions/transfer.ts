// Content that goes from the controller to a host: a local file or text made here.
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { ActionCall } from './action-call.js'

/** Something to be put on a host. */
export type TransferSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

/** Files up to this size are sent in one message together with the call that uses them. */
const BURST_BYTES = 256 * 1024

/** sha1 of the content in hex, as ansible.utils.hashing.checksum gives it. */
export async function sourceChecksum(source: TransferSource): Promise<string> {
  const hash = createHash('sha1')
  if (source.kind === 'bytes') return hash.update(source.bytes).digest('hex')
  if (statSync(source.path).size <= BURST_BYTES) return hash.update(readFileSync(source.path)).digest('hex')
  await pipeline(createReadStream(source.path), hash)
  return hash.digest('hex')
}

/**
 * Puts content on the host and runs `use`, which needs it. What is small is sent together with the first message of
 * `use`, because a host handles messages in order; what is big is waited for.
 */
export async function transferAndUse<T>(
  call: ActionCall,
  source: TransferSource,
  remotePath: string,
  use: () => Promise<T>,
  mode?: number,
): Promise<T> {
  const account = await call.account()
  const bytes = source.kind === 'bytes' ? source.bytes : smallFile(source.path)
  if (bytes === undefined || bytes.length > BURST_BYTES) {
    await account.putFile(bytes ?? { path: (source as { path: string }).path }, remotePath, mode)
    return use()
  }
  return account.putFileAnd(bytes, remotePath, mode, use)
}

function smallFile(path: string): Uint8Array | undefined {
  return statSync(path).size <= BURST_BYTES ? readFileSync(path) : undefined
}
