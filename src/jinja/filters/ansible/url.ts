// urlsplit: Python 3.11's urllib.parse.urlsplit and what Ansible shows of it. Mirrors plugins/filter/urlsplit.py.

import { isIP, isIPv6 } from 'node:net'
import {
  BoundMethod,
  Dict,
  decodeBytes,
  PyBytes,
  PyError,
  repr,
  requireHashable,
  Tuple,
  textOf,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { FilterError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { isStr, toText } from '../conversions.js'
import { define } from '../signature.js'

export interface SplitUrl {
  readonly scheme: string
  readonly netloc: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** urllib.parse.urlsplit of a text. Raises ValueError for malformed hosts in brackets. */
export function splitUrl(address: string): SplitUrl {
  let url = address.replace(/^[\x00-\x20]+/, '').replace(/[\t\r\n]/g, '')
  let scheme = ''
  let netloc = ''
  let query = ''
  let fragment = ''
  const schemeMatch = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)
  if (schemeMatch) {
    scheme = (schemeMatch[1] as string).toLowerCase()
    url = url.slice(schemeMatch[0].length)
  }
  if (url.startsWith('//')) {
    const end = url.slice(2).search(/[/?#]/)
    netloc = end < 0 ? url.slice(2) : url.slice(2, end + 2)
    url = url.slice(netloc.length + 2)
    checkBrackets(netloc)
  }
  const hash = url.indexOf('#')
  if (hash >= 0) {
    fragment = url.slice(hash + 1)
    url = url.slice(0, hash)
  }
  const mark = url.indexOf('?')
  if (mark >= 0) {
    query = url.slice(mark + 1)
    url = url.slice(0, mark)
  }
  checkNetloc(netloc)
  return { scheme, netloc, path: url, query, fragment }
}

const invalid = (message: string): PyError => new PyError('ValueError', message)

function checkBrackets(netloc: string): void {
  const opens = netloc.includes('[')
  if (opens !== netloc.includes(']')) throw invalid('Invalid IPv6 URL')
  if (!opens) return
  const host = netloc.slice(netloc.lastIndexOf('@') + 1)
  const open = host.indexOf('[')
  if (open < 0) {
    checkBracketedHost(host.split(':')[0] as string)
    return
  }
  const inside = host.slice(open + 1)
  const close = inside.indexOf(']')
  const after = close < 0 ? '' : inside.slice(close + 1)
  if (open > 0 || (after !== '' && !after.startsWith(':'))) throw invalid('Invalid IPv6 URL')
  checkBracketedHost(close < 0 ? inside : inside.slice(0, close))
}

function checkBracketedHost(host: string): void {
  if (host.startsWith('v')) {
    if (!/^v[a-fA-F0-9]+\..+$/.test(host)) throw invalid('IPvFuture address is invalid')
    return
  }
  const zone = host.indexOf('%')
  const scope = zone < 0 ? 'x' : host.slice(zone + 1)
  const isAddress = scope !== '' && !scope.includes('%') && isIPv6(zone < 0 ? host : host.slice(0, zone))
  if (isAddress) return
  if (isIP(host) === 4) throw invalid('An IPv4 address cannot be in brackets')
  throw invalid(`${repr(host)} does not appear to be an IPv4 or IPv6 address`)
}

function checkNetloc(netloc: string): void {
  if (/^[\x00-\x7f]*$/.test(netloc)) return
  const plain = netloc.replace(/[@:#?]/g, '')
  const normal = plain.normalize('NFKC')
  if (plain !== normal && /[/?#@:]/.test(normal)) {
    throw invalid(`netloc '${netloc}' contains invalid characters under NFKC normalization`)
  }
}

/** Everything before the last `@` of a netloc, and everything behind it. */
function userAndHost(netloc: string): [string | undefined, string] {
  const at = netloc.lastIndexOf('@')
  return at < 0 ? [undefined, netloc] : [netloc.slice(0, at), netloc.slice(at + 1)]
}

function hostAndPort(netloc: string): [string, string] {
  const host = userAndHost(netloc)[1]
  const open = host.indexOf('[')
  if (open >= 0) {
    const inside = host.slice(open + 1)
    const close = inside.indexOf(']')
    const behind = close < 0 ? '' : inside.slice(close + 1)
    const colon = behind.indexOf(':')
    return [close < 0 ? inside : inside.slice(0, close), colon < 0 ? '' : behind.slice(colon + 1)]
  }
  const colon = host.indexOf(':')
  return colon < 0 ? [host, ''] : [host.slice(0, colon), host.slice(colon + 1)]
}

function hostName(netloc: string): Value {
  const host = hostAndPort(netloc)[0]
  if (host === '') return null
  const zone = host.indexOf('%')
  return zone < 0 ? host.toLowerCase() : host.slice(0, zone).toLowerCase() + host.slice(zone)
}

function portNumber(netloc: string): Value {
  const port = hostAndPort(netloc)[1]
  if (port === '') return null
  if (!/^[0-9]+$/.test(port)) throw invalid(`Port could not be cast to integer value as ${repr(port)}`)
  if (Number(port) > 65535) throw invalid('Port out of range 0-65535')
  return Number(port)
}

/** _coerce_args: bytes are read as ASCII, and what is false counts as empty bytes. */
function addressText(value: Value): string {
  if (isStr(value)) return textOf(value)
  if (!truth(value)) return ''
  if (value instanceof PyBytes) return decodeBytes(value.value, 'ascii', 'strict')
  throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'decode'`)
}

const bytesOf = (text: string): PyBytes => new PyBytes(Buffer.from(text, 'latin1'))

/** The five fields of a split URL, as Python's named tuples show them. */
class SplitResult extends Tuple {
  override get typeModule(): string {
    return 'urllib.parse'
  }
  constructor(
    override readonly typeName: string,
    private readonly url: SplitUrl,
    items: readonly Value[],
  ) {
    super(items)
  }
  override repr(): string {
    const names = ['scheme', 'netloc', 'path', 'query', 'fragment']
    return `${this.typeName}(${names.map((name, index) => `${name}=${repr(this.items[index] as Value)}`).join(', ')})`
  }
  override attribute(name: string): Value | undefined {
    const index = ['scheme', 'netloc', 'path', 'query', 'fragment'].indexOf(name)
    if (index >= 0) return this.items[index]
    if (name !== 'decode' || this.typeName !== 'SplitResultBytes') return undefined
    const { scheme, netloc, path, query, fragment } = this.url
    return new BoundMethod(
      '_ResultMixinBytes.decode',
      this,
      () => new SplitResult('SplitResult', this.url, [scheme, netloc, path, query, fragment]),
    )
  }
}

/** The parts of an address that was no text: bytes, beside the method that makes text of them. */
function bytesParts(url: SplitUrl): Dict {
  const inBytes = (part: Value): Value => (typeof part === 'string' ? bytesOf(part) : part)
  const fields = [url.scheme, url.netloc, url.path, url.query, url.fragment].map(inBytes)
  const decode = new SplitResult('SplitResultBytes', url, fields).attribute('decode') as Value
  const parts = new Dict([['decode', decode]])
  for (const [name, part] of urlParts(url).entries()) parts.set(name, inBytes(part))
  return parts
}

function urlParts(url: SplitUrl): Dict {
  const { scheme, netloc, path, query, fragment } = url
  const user = userAndHost(netloc)[0]
  const colon = user?.indexOf(':') ?? -1
  const username = user === undefined ? null : colon < 0 ? user : user.slice(0, colon)
  const password = user === undefined || colon < 0 ? null : user.slice(colon + 1)
  const hostname = hostName(netloc)
  const port = portNumber(netloc)
  return Dict.of({ fragment, hostname, netloc, password, path, port, query, scheme, username })
}

export const urlFilters: Readonly<Record<string, PluginCall>> = {
  urlsplit: define("split_url(value, query='', alias='urlsplit')", (_call, value, query, alias) => {
    const url = splitUrl(addressText(requireHashable(value)))
    const parts = isStr(value) ? urlParts(url) : bytesParts(url)
    if (!truth(query)) return parts
    const part = parts.get(query)
    if (part === undefined) throw new FilterError(`${toText(alias)}: unknown URL component: ${toText(query)}`)
    return part
  }),
}
