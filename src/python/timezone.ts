// The abbreviation of the local time zone (CEST, UTC…), which JavaScript does not give: read from the system's
// zone file (RFC 8536), as the C library does for time.strftime('%Z').

import { readFileSync } from 'node:fs'

interface ZoneFile {
  readonly transitions: readonly number[]
  readonly typeOf: readonly number[]
  readonly types: readonly { readonly offsetSeconds: number; readonly abbreviation: string }[]
}

const cache = new Map<string, ZoneFile | undefined>()

/** Abbreviation of the zone that is in force locally at a time. */
export function zoneAbbreviation(epochSeconds: number): string {
  const offsetSeconds = -new Date(epochSeconds * 1000).getTimezoneOffset() * 60
  const zone = localZone()
  return (
    (zone && abbreviationIn(zone, epochSeconds, offsetSeconds)) ??
    (offsetSeconds === 0 ? 'UTC' : shortName(epochSeconds))
  )
}

function localZone(): ZoneFile | undefined {
  const name = process.env.TZ?.replace(/^:/, '')
  const path =
    name === undefined ? '/etc/localtime' : name.startsWith('/') ? name : `/usr/share/zoneinfo/${name || 'UTC'}`
  if (!cache.has(path)) cache.set(path, readZone(path))
  return cache.get(path)
}

function readZone(path: string): ZoneFile | undefined {
  try {
    return parseZone(readFileSync(path))
  } catch {
    return undefined // no such zone: the C library falls back on UTC too
  }
}

function parseZone(file: Buffer): ZoneFile | undefined {
  if (file.toString('latin1', 0, 4) !== 'TZif') return undefined
  const first = header(file, 0)
  if (file[4] === 0) return zoneBlock(file, 0, first, 4)
  const start =
    44 + first.times * 5 + first.types * 6 + first.characters + first.leaps * 8 + first.standard + first.universal
  return zoneBlock(file, start, header(file, start), 8)
}

interface Header {
  readonly universal: number
  readonly standard: number
  readonly leaps: number
  readonly times: number
  readonly types: number
  readonly characters: number
}

function header(file: Buffer, start: number): Header {
  const at = (index: number): number => file.readUInt32BE(start + 20 + index * 4)
  return { universal: at(0), standard: at(1), leaps: at(2), times: at(3), types: at(4), characters: at(5) }
}

function zoneBlock(file: Buffer, start: number, counts: Header, timeSize: 4 | 8): ZoneFile {
  const times = start + 44
  const indices = times + counts.times * timeSize
  const types = indices + counts.times
  const names = types + counts.types * 6
  const readTime = (at: number): number => (timeSize === 8 ? Number(file.readBigInt64BE(at)) : file.readInt32BE(at))
  const readName = (at: number): string => file.toString('latin1', names + at, file.indexOf(0, names + at))
  return {
    transitions: Array.from({ length: counts.times }, (_, index) => readTime(times + index * timeSize)),
    typeOf: Array.from({ length: counts.times }, (_, index) => file[indices + index] as number),
    types: Array.from({ length: counts.types }, (_, index) => ({
      offsetSeconds: file.readInt32BE(types + index * 6),
      abbreviation: readName(file[types + index * 6 + 5] as number),
    })),
  }
}

/** The latest type at or before the time that has the offset JavaScript computes (its rules go beyond the table). */
function abbreviationIn(zone: ZoneFile, epochSeconds: number, offsetSeconds: number): string | undefined {
  for (let index = zone.transitions.length - 1; index >= 0; index--) {
    if ((zone.transitions[index] as number) > epochSeconds) continue
    const type = zone.types[zone.typeOf[index] as number]
    if (type?.offsetSeconds === offsetSeconds) return type.abbreviation
  }
  return zone.types.find(type => type.offsetSeconds === offsetSeconds)?.abbreviation
}

function shortName(epochSeconds: number): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(new Date(epochSeconds * 1000))
  return parts.find(part => part.type === 'timeZoneName')?.value ?? 'UTC'
}
