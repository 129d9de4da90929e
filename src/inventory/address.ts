// Host addresses with optional port and ranges: `web[01:10].example.com:2222`. Mirrors parsing/utils/addresses.py (2.14).
import { MadansibleError, ParserError } from '../errors.js'

const STEP = '(?::[0-9]+)?'
const NUMERIC = `\\[[0-9]+:[0-9]+${STEP}\\]`
const HEXADECIMAL = `\\[[0-9a-f]+:[0-9a-f]+${STEP}\\]`
const ALPHANUMERIC = `\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)${STEP}\\]`

const V6 = `(?:[0-9a-f]{1,4}|${HEXADECIMAL})`
const V4 = `(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]|${NUMERIC})`
const LABEL = `(?:[\\p{L}\\p{N}_]|${ALPHANUMERIC})(?:[\\p{L}\\p{N}_-]|${ALPHANUMERIC})*(?<![_-])`

const BRACKETED_PORT = /^\[(.+)\]:([0-9]+)$/
const PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/
const IPV4 = new RegExp(`^(?:${V4}\\.){3}${V4}$`, 'i')
// The forms of an IPv6 address, each of which may have a range in place of a part; anchors as loose as Ansible's.
const IPV6 = new RegExp(
  [
    `^(?:${V6}:){7}${V6}`,
    `(?:${V6}:){1,6}:`,
    `(?:${V6}:)(?::${V6}){1,6}`,
    `(?:${V6}:){2}(?::${V6}){1,5}`,
    `(?:${V6}:){3}(?::${V6}){1,4}`,
    `(?:${V6}:){4}(?::${V6}){1,3}`,
    `(?:${V6}:){5}(?::${V6}){1,2}`,
    `(?:${V6}:){6}(?::${V6})`,
    `:(?::${V6}){1,6}`,
    `${V6}?::`,
    `(?:0:){6}(?:${V6}\\.){3}${V6}`,
    `::(?:ffff:)?(?:${V6}\\.){3}${V6}`,
    `(?:0:){5}ffff:(?:${V6}\\.){3}${V6}$`,
  ]
    .map((form, index) => (index === 0 ? form : form.startsWith('^') ? form : `^${form}`))
    .join('|'),
  'i',
)
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'iu')

/** Whether a name is written as an IPv4 or IPv6 address. */
export function isIpAddress(name: string): boolean {
  return IPV4.test(name) || IPV6.test(name)
}

/**
 * Host and optional port.
 * @throws MadansibleError "Not a valid network hostname: …"
 */
export function parseAddress(address: string, allowRanges = false): { host: string; port: number | undefined } {
  let host = address
  let port: number | undefined
  for (const form of [BRACKETED_PORT, PORT]) {
    const match = form.exec(host)
    if (!match) continue
    host = match[1] as string
    port = Number(match[2])
  }
  if (!(IPV4.test(host) || IPV6.test(host) || HOSTNAME.test(host)) || host === '') {
    throw new MadansibleError(`Not a valid network hostname: ${host}`)
  }
  if (!allowRanges && host.includes('[')) {
    throw new ParserError('Detected range in host but was asked to ignore ranges')
  }
  return { host, port }
}
