import type { Regex } from './regex/regex.js'
import type { PyDateTime, Value } from './values.js'

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
