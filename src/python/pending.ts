import type { PyDateTime, Value } from './values.js'

// --- regular expressions
export interface RegexFlags {
  readonly ignoreCase?: boolean
  readonly multiline?: boolean
  readonly dotAll?: boolean
  readonly verbose?: boolean
  readonly ascii?: boolean
}
export interface RegexMatch {
  /** Code unit offsets in the subject. */
  readonly start: number
  readonly end: number
  readonly text: string
  /** Text of a group by number or name; undefined: did not take part. IndexError 'no such group'. */
  group(id: number | string): string | undefined
  /** All groups from 1 on. */
  groups(): (string | undefined)[]
  groupNames(): readonly string[]
  /** Offsets of a group, undefined when it did not take part. */
  span(id: number | string): readonly [number, number] | undefined
  /** match.expand(template). */
  expand(template: string): string
}
export interface Regex {
  readonly pattern: string
  readonly groupCount: number
  match(text: string): RegexMatch | undefined
  search(text: string): RegexMatch | undefined
  fullmatch(text: string): RegexMatch | undefined
  finditer(text: string): Iterable<RegexMatch>
  /** re.findall: strings, or tuples when there are several groups. */
  findall(text: string): Value[]
  sub(replacement: string | ((match: RegexMatch) => string), text: string, count?: number): string
  subn(replacement: string | ((match: RegexMatch) => string), text: string, count?: number): [string, number]
  split(text: string, maxSplit?: number): (string | undefined)[]
}
/** re.compile; PyError 'error' with Python's words. Cached. */
export declare function compileRegex(pattern: string, flags?: RegexFlags): Regex
export declare function escapeRegex(text: string): string

/** datetime.datetime.strptime */
export declare function strptime(text: string, format: string): PyDateTime
// --- shlex, fnmatch, versions
export declare function shlexSplit(text: string, options?: { comments?: boolean; posix?: boolean }): string[]
export declare function shlexQuote(text: string): string
export declare function fnmatch(name: string, pattern: string): boolean
/** fnmatch.translate as a compiled Regex. */
export declare function fnmatchRegex(pattern: string): Regex
export interface Version {
  /** Negative, zero, positive; PyError as Python raises it. */
  compareTo(other: Version): number
  toString(): string
}
export declare function looseVersion(text: string): Version
export declare function strictVersion(text: string): Version
export declare function semanticVersion(text: string): Version
export declare function pep440Version(text: string): Version

// --- random (Mersenne Twister)
export declare class Random {
  /** Without seed: from the system, as SystemRandom. */
  constructor(seed?: Value)
  seed(seed: Value): void
  random(): number
  getRandBits(bits: number): number | bigint
  randrange(start: number, stop?: number, step?: number): number
  randint(a: number, b: number): number
  uniform(a: number, b: number): number
  choice<T>(items: readonly T[]): T
  shuffle<T>(items: T[]): void
  sample<T>(items: readonly T[], count: number): T[]
}

// --- literals, conversions
export interface LiteralOptions {
  /** Names that stand for values besides True, False and None (true, false, null in templates). */
  readonly names?: ReadonlyMap<string, Value>
}
/** ast.literal_eval of text: SyntaxError or ValueError when it is no literal, TypeError for an unhashable key. */
export declare function literalEval(text: string, options?: LiteralOptions): Value
// --- hashes
export type CryptAlgorithm = 'md5_crypt' | 'sha256_crypt' | 'sha512_crypt'
/** crypt(3) hash text `$6$[rounds=N$]salt$…`. */
export declare function cryptHash(algorithm: CryptAlgorithm, secret: string, salt: string, rounds?: number): string
