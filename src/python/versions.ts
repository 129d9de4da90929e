// The version classes that Ansible's version test compares with: LooseVersion, StrictVersion
// (ansible/module_utils/compat/version.py) and SemanticVersion (ansible/utils/version.py), 2.14.

import { toInt } from './convert.js'
import { equals } from './equality.js'
import { compare } from './ordering.js'
import { PyError } from './py-error.js'
import { isDigitText } from './text-classes.js'
import type { Value } from './values.js'

export interface Version {
  /** Negative, zero or positive; PyError as Python raises it. */
  compareTo(other: Version): number
  toString(): string
}

/** The order of two lists of ints and texts, as Python compares lists: TypeError for int against text. */
function compareLists(a: Value[], b: Value[]): number {
  if (equals(a, b)) return 0
  return compare(a, b, '<') ? -1 : 1
}

class LooseVersion implements Version {
  readonly components: Value[]
  constructor(private readonly text: string) {
    this.components = (text.match(/\p{Nd}+|[a-z]+|\.|(?:(?!\p{Nd}|[a-z]|\.)[\s\S])+/gu) ?? [])
      .filter(part => part !== '.')
      .map(part => (/^\p{Nd}+$/u.test(part) ? toInt(part) : numberOrText(part)))
  }
  compareTo(other: Version): number {
    return compareLists(this.components, (other as LooseVersion).components)
  }
  toString(): string {
    return this.text
  }
}

/** int(part) of what stands between the components, when that is a number after all (` 1` never is: digits are apart). */
function numberOrText(part: string): Value {
  try {
    return toInt(part)
  } catch {
    return part
  }
}

/** Any text is a loose version. */
export function looseVersion(text: string): Version {
  return new LooseVersion(text)
}

class StrictVersion implements Version {
  readonly numbers: Value[]
  readonly prerelease: Value[] | undefined
  constructor(text: string) {
    const match = /^(\d+)\.(\d+)(\.(\d+))?([ab](\d+))?\n?$/.exec(text)
    if (match === null) throw new PyError('ValueError', `invalid version number '${text}'`)
    const [, major, minor, , patch, prerelease, number] = match
    this.numbers = [toInt(major as string), toInt(minor as string), toInt(patch ?? '0')]
    if (prerelease !== undefined) this.prerelease = [prerelease[0] as string, toInt(number as string)]
  }
  compareTo(other: Version): number {
    const { numbers, prerelease } = other as StrictVersion
    const order = compareLists(this.numbers, numbers)
    if (order !== 0) return order
    if (this.prerelease === undefined || prerelease === undefined)
      return Number(this.prerelease === undefined) - Number(prerelease === undefined)
    return compareLists(this.prerelease, prerelease)
  }
  toString(): string {
    const numbers = this.numbers[2] === 0 ? this.numbers.slice(0, 2) : this.numbers
    return numbers.join('.') + (this.prerelease?.join('') ?? '')
  }
}

/** ValueError "invalid version number '1'". */
export function strictVersion(text: string): Version {
  return new StrictVersion(text)
}

const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)'
const SEMANTIC = new RegExp(
  `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?\\n?$`,
)

class SemanticVersion implements Version {
  readonly core: Value[]
  readonly prerelease: Value[]
  constructor(private readonly text: string) {
    const match = SEMANTIC.exec(text)
    if (match === null) throw new PyError('ValueError', `invalid semantic version '${text}'`)
    this.core = match.slice(1, 4).map(part => toInt(part))
    this.prerelease = (match[4]?.split('.') ?? []).map(part => (isDigitText(part) ? toInt(part) : part))
  }
  compareTo(other: Version): number {
    const { core, prerelease } = other as SemanticVersion
    const order = compareLists(this.core, core)
    if (order !== 0) return order
    if (this.prerelease.length === 0 || prerelease.length === 0)
      return Number(this.prerelease.length === 0) - Number(prerelease.length === 0)
    return comparePrereleases(this.prerelease, prerelease)
  }
  toString(): string {
    return this.text
  }
}

/** Numbers come before words; a longer list after its own beginning. */
function comparePrereleases(a: readonly Value[], b: readonly Value[]): number {
  const shared = Math.min(a.length, b.length)
  for (let index = 0; index < shared; index++) {
    const [left, right] = [a[index] as Value, b[index] as Value]
    if (equals(left, right)) continue
    if ((typeof left === 'string') !== (typeof right === 'string')) return typeof left === 'string' ? 1 : -1
    return compare(left, right, '<') ? -1 : 1
  }
  return a.length - b.length
}

/** ValueError "invalid semantic version '1.0'". */
export function semanticVersion(text: string): Version {
  return new SemanticVersion(text)
}
