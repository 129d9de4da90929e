// Links in text: jinja2.utils.urlize with the checks of the urlize filter.

import { compileRegex, isText, iterate, repr, str, textOf, truth, type Value } from '../../../python/index.js'
import { JinjaRuntimeError } from '../../errors.js'
import { requireIndex, requireText } from '../conversions.js'
import { escapeHtml, escapeText } from './markup.js'

export interface UrlizeOptions {
  /** Longest visible address, or None. */
  readonly limit: Value
  readonly nofollow: boolean
  readonly target: Value
  readonly rel: Value
  readonly schemes: Value
}

const SCHEME = compileRegex('^([\\w.+-]{2,}:(/){0,2})$')
const SPACES = compileRegex('(\\s+)')
const EMAIL = compileRegex('^\\S+@\\w[\\w.-]*\\.\\w+$')
const ADDRESS = compileRegex(
  '^((https?://|www\\.)(([\\w%-]+\\.)+)?([a-z]{2,63}|xn--[\\w%]{2,59})' +
    '|([\\w%-]{2,63}\\.)+(com|net|int|edu|gov|org|info|mil)' +
    '|(https?://)((([\\d]{1,3})(\\.[\\d]{1,3}){3})|(\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}])))' +
    '(?::[\\d]{1,5})?(?:[/?#]\\S*)?$',
  { ignoreCase: true },
)
const OPENING = /^(?:[(<]|&lt;)+/
const CLOSING = /(?:[)>.,\n]|&gt;)+$/
const BRACKETS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const

export function urlize(value: Value, options: UrlizeOptions): string {
  const schemes = options.schemes === null ? [] : [...iterate(options.schemes)]
  for (const scheme of schemes) {
    if (SCHEME.fullmatch(requireText(scheme)) === undefined) {
      throw new JinjaRuntimeError('FilterArgumentError', `${repr(scheme)} is not a valid URI scheme prefix.`)
    }
  }
  const link = new LinkMaker(
    options,
    schemes.map(scheme => textOf(scheme as string)),
  )
  return SPACES.split(escapeHtml(value).value)
    .map(word => link.word(word ?? ''))
    .join('')
}

class LinkMaker {
  readonly #attributes: string
  readonly #limit: number | undefined

  constructor(
    options: UrlizeOptions,
    readonly schemes: readonly string[],
  ) {
    const rel = new Set(options.rel !== null && truth(options.rel) ? requireText(options.rel).split(/\s+/) : [])
    rel.delete('')
    if (options.nofollow) rel.add('nofollow')
    rel.add('noopener')
    const target = options.target !== null && truth(options.target) ? options.target : undefined
    const targetText =
      target === undefined ? '' : ` target="${escapeText(isText(target) ? textOf(target) : str(target))}"`
    this.#attributes = ` rel="${escapeText([...rel].sort().join(' '))}"${targetText}`
    this.#limit = options.limit === null ? undefined : requireIndex(options.limit)
  }

  word(word: string): string {
    const head = OPENING.exec(word)?.[0] ?? ''
    let middle = word.slice(head.length)
    let tail = CLOSING.exec(middle)?.[0] ?? ''
    middle = middle.slice(0, middle.length - tail.length)
    for (const [open, close] of BRACKETS) {
      const opened = count(middle, open)
      if (opened <= count(middle, close)) continue
      for (let moved = Math.min(opened, count(tail, close)); moved > 0; moved--) {
        const end = tail.indexOf(close) + close.length
        middle += tail.slice(0, end)
        tail = tail.slice(end)
      }
    }
    return head + this.#link(middle) + tail
  }

  #link(address: string): string {
    if (ADDRESS.match(address) !== undefined) {
      const target = /^https?:\/\//.test(address) ? address : `https://${address}`
      return `<a href="${target}"${this.#attributes}>${this.#shorten(address)}</a>`
    }
    if (address.startsWith('mailto:') && EMAIL.match(address.slice(7)) !== undefined) {
      return `<a href="${address}">${address.slice(7)}</a>`
    }
    const mayBeEmail = address.includes('@') && !address.startsWith('www.') && !address.includes(':')
    if (mayBeEmail && EMAIL.match(address) !== undefined) return `<a href="mailto:${address}">${address}</a>`
    let linked = address
    for (const scheme of this.schemes) {
      if (linked !== scheme && linked.startsWith(scheme))
        linked = `<a href="${linked}"${this.#attributes}>${linked}</a>`
    }
    return linked
  }

  #shorten(address: string): string {
    const characters = [...address]
    if (this.#limit === undefined || characters.length <= this.#limit) return address
    return `${characters.slice(0, this.#limit).join('')}...`
  }
}

const count = (text: string, part: string): number => text.split(part).length - 1
