// Python files in compiled form, as .pyc files hold them. They only save time: an interpreter of another kind compiles
// the text it has been sent as well. They are made on the controller; no host ever runs what another host made.
import type { ModulePayload } from './account.js'
import type { Hello } from './agent-link.js'

export interface CompiledFile {
  /** Path within the payload. */
  readonly name: string
  /** CRC-32 and length of the text it was made from. */
  readonly crc: number
  readonly size: number
  /** The marshalled code object, compressed with zlib. */
  readonly code: Uint8Array
}

export interface CompiledFiles {
  /** Hexadecimal `importlib.util.MAGIC_NUMBER` of the interpreters that can run it. */
  readonly magic: string
  readonly files: readonly CompiledFile[]
}

/** The compiled form of a program's text, undefined while it is not there. */
export type CompileProgram = (name: string, text: Buffer) => CompiledFiles | undefined

/** Puts the files of a payload's compiled form that an agent does not have yet into one piece; undefined for none. */
export function compiledBundle(payload: ModulePayload, hello: Hello, known: Set<string>): Buffer | undefined {
  if (!hello.magic) return undefined
  const compiled = payload.compiled?.(hello.version)
  if (compiled === undefined || compiled.magic !== hello.magic) return undefined
  const fresh = compiled.files.filter(file => {
    const key = `${file.name} ${file.crc} ${file.size}`
    return !known.has(key) && known.add(key)
  })
  if (fresh.length === 0) return undefined
  const listing = Buffer.from(JSON.stringify(fresh.map(file => [file.name, file.crc, file.size, file.code.length])))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(listing.length)
  return Buffer.concat([length, listing, ...fresh.map(file => file.code)])
}
