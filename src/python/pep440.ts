// packaging.version.Version: parsing, normal form and order of PEP 440 versions.

import { toInt } from './convert.js'
import type { Int } from './numbers.js'
import { compare } from './ordering.js'
import { PyError } from './py-error.js'
import { stripText } from './text-split.js'
import type { Version } from './versions.js'

const PATTERN =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d+)?)?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d+)?)?(?:[-_.]?(dev)[-_.]?(\d+)?)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i

const PRE_LETTERS: Record<string, string> = { alpha: 'a', beta: 'b', c: 'rc', pre: 'rc', preview: 'rc' }

class Pep440Version implements Version {
  readonly epoch: Int
  readonly release: readonly Int[]
  readonly pre: { readonly letter: string; readonly number: Int } | undefined
  readonly post: Int | undefined
  readonly dev: Int | undefined
  readonly local: readonly (Int | string)[] | undefined

  constructor(text: string) {
    const match = PATTERN.exec(stripText(text))
    if (match === null) throw new PyError('InvalidVersion', `Invalid version: '${text}'`)
    const [, epoch, release, preLetter, preNumber, implicitPost, postLetter, postNumber, dev, devNumber, local] = match
    this.epoch = toInt(epoch ?? '0')
    this.release = (release as string).split('.').map(part => toInt(part))
    if (preLetter !== undefined) {
      const letter = preLetter.toLowerCase()
      this.pre = { letter: PRE_LETTERS[letter] ?? letter, number: toInt(preNumber ?? '0') }
    }
    if (implicitPost !== undefined) this.post = toInt(implicitPost)
    else if (postLetter !== undefined) this.post = toInt(postNumber ?? '0')
    if (dev !== undefined) this.dev = toInt(devNumber ?? '0')
    this.local = local?.split(/[-_.]/).map(part => (/^\d+$/.test(part) ? toInt(part) : part.toLowerCase()))
  }

  compareTo(other: Version): number {
    const that = other as Pep440Version
    return (
      order(this.epoch, that.epoch) ||
      compareReleases(this.release, that.release) ||
      comparePre(this, that) ||
      order(this.post ?? -1, that.post ?? -1) ||
      compareDev(this.dev, that.dev) ||
      compareLocal(this.local, that.local)
    )
  }

  toString(): string {
    const epoch = this.epoch === 0 ? '' : `${this.epoch}!`
    const pre = this.pre === undefined ? '' : this.pre.letter + this.pre.number
    const post = this.post === undefined ? '' : `.post${this.post}`
    const dev = this.dev === undefined ? '' : `.dev${this.dev}`
    return (
      epoch + this.release.join('.') + pre + post + dev + (this.local === undefined ? '' : `+${this.local.join('.')}`)
    )
  }
}

const order = (a: Int, b: Int): number => (a < b ? -1 : a > b ? 1 : 0)

function compareReleases(a: readonly Int[], b: readonly Int[]): number {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = order(a[index] ?? 0, b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** A development release comes before the pre-releases, a release without any after them. */
function preRank(version: Pep440Version): string {
  if (version.pre !== undefined) return `1${version.pre.letter}`
  return version.post === undefined && version.dev !== undefined ? '0' : '2'
}

function comparePre(a: Pep440Version, b: Pep440Version): number {
  const [left, right] = [preRank(a), preRank(b)]
  if (left !== right) return left < right ? -1 : 1
  return order(a.pre?.number ?? 0, b.pre?.number ?? 0)
}

function compareDev(a: Int | undefined, b: Int | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return order(a, b)
}

function compareLocal(a: readonly (Int | string)[] | undefined, b: readonly (Int | string)[] | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined)
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) {
    const [left, right] = [a[index] as Int | string, b[index] as Int | string]
    if (left === right) continue
    if ((typeof left === 'string') !== (typeof right === 'string')) return typeof left === 'string' ? -1 : 1
    return compare(left, right, '<') ? -1 : 1
  }
  return a.length - b.length
}

/** InvalidVersion "Invalid version: 'x'". */
export function pep440Version(text: string): Version {
  return new Pep440Version(text)
}
