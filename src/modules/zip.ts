// Writes zip archives that are the same bytes for the same content: fixed time stamps, given order.
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly content: Buffer
}

/** 1980-01-01 00:00, the oldest moment a zip can hold. */
const DOS_TIME = 0
const DOS_DATE = 0x21

/** A zip archive. With `compress` each entry is deflated when that makes it smaller. */
export function writeZip(entries: readonly ZipEntry[], compress: boolean): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8')
    const deflated = compress && entry.content.length > 0 ? deflateRawSync(entry.content, { level: 6 }) : entry.content
    const isDeflated = deflated.length < entry.content.length
    const data = isDeflated ? deflated : entry.content
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x800, 2)
    fields.writeUInt16LE(isDeflated ? 8 : 0, 4)
    fields.writeUInt16LE(DOS_TIME, 6)
    fields.writeUInt16LE(DOS_DATE, 8)
    fields.writeUInt32LE(crc32(entry.content), 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(entry.content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), fields, name, data)
    const trailer = Buffer.alloc(14)
    trailer.writeUInt32LE((0o644 << 16) >>> 0, 6)
    trailer.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0003', 'latin1'), fields, trailer, name)
    offset += 4 + fields.length + name.length + data.length
  }
  const directorySize = directory.reduce((size, part) => size + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directorySize, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
