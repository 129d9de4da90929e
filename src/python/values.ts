// Python values in TypeScript: what YAML, JSON, Jinja and module results are made of here.
//
// | Python            | here                                             |
// |-------------------|--------------------------------------------------|
// | None              | null                                             |
// | bool              | boolean                                          |
// | int               | number (always an integer) or, past 2^53, bigint |
// | float             | PyFloat                                          |
// | str               | string                                           |
// | AnsibleUnsafeText | UnsafeText (text that is never templated)        |
// | list              | Value[]                                          |
// | tuple, dict, set  | Tuple, Dict, PySet                               |
// | bytes             | PyBytes                                          |
// | date, datetime    | PyDate, PyDateTime                               |
// | anything else     | another subclass of PyObject                     |
//
// A JavaScript number that is not an integer is never a Value. Behaviour (str, repr, truth, equality,
// ordering, attribute access) lives in operations.ts, which falls back on the methods below.

/** Any Python value. `undefined` is never one: a missing variable is an `Undefined` object in src/jinja. */
export type Value = null | boolean | number | bigint | string | PyObject | Value[]

/** Keyword arguments of a call. */
export type Kwargs = ReadonlyMap<string, Value>

/** Base of every value that JavaScript has no counterpart for. Subclasses override what they support. */
export abstract class PyObject {
  /** What `type(x).__name__` gives. */
  abstract readonly typeName: string
  /** What `type(x).__module__` gives. */
  get typeModule(): string {
    return 'builtins'
  }

  /** Canonical dict key: two values that are equal in Python have keys that are the same for a JS Map. */
  key(): unknown {
    return this
  }
  /** `str(x)`; undefined means: same as repr. */
  str?(): string
  repr?(): string
  truth?(): boolean
  equals?(other: Value): boolean
  length?(): number
  iterate?(): Iterable<Value>
  contains?(item: Value): boolean
  /** Attribute by name, as `getattr`; undefined when there is none. */
  attribute?(name: string): Value | undefined
  /** `x[key]`; undefined when there is no such item. */
  item?(key: Value): Value | undefined
  call?(args: Value[], kwargs: Kwargs): Value
  /** `this op other` (or `other op this` when reflected); undefined means NotImplemented. */
  binary?(operator: BinaryOperator, other: Value, reflected: boolean): Value | undefined
  /** `-this`, `int(this)`…; undefined means that the type does not support it. */
  unary?(operator: UnaryOperator): Value | undefined
  /** `this < other` and so on; undefined means NotImplemented. */
  order?(operator: '<' | '<=' | '>' | '>=', other: Value): boolean | undefined
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '|' | '&' | '^' | 'divmod'
export type UnaryOperator = '-' | '+' | 'abs' | 'int' | 'float' | 'index' | 'hash' | 'round'

export class PyFloat extends PyObject {
  readonly typeName: string = 'float'
  constructor(readonly value: number) {
    super()
  }
  override key(): unknown {
    // 1e20 and 10**20 are one dict key; ints of that size are bigints here.
    if (Math.abs(this.value) > Number.MAX_SAFE_INTEGER && Number.isFinite(this.value)) return BigInt(this.value)
    return this.value
  }
  override truth(): boolean {
    return this.value !== 0
  }
}

/** Base of str subclasses that must stay apart from plain text. `value` is the text. */
export abstract class Text extends PyObject {
  abstract readonly value: string
  override key(): unknown {
    return this.value
  }
  override str(): string {
    return this.value
  }
  override truth(): boolean {
    return this.value !== ''
  }
}

/** Text that came from a host or was tagged !unsafe: never templated (AnsibleUnsafeText). */
export class UnsafeText extends Text {
  readonly typeName: string = 'AnsibleUnsafeText'
  override get typeModule(): string {
    return 'ansible.utils.unsafe_proxy'
  }
  constructor(readonly value: string) {
    super()
  }
}

/** Text that is HTML already (markupsafe.Markup): what `safe` and `escape` give. */
export class Markup extends Text {
  readonly typeName = 'Markup'
  override get typeModule(): string {
    return 'markupsafe'
  }
  constructor(readonly value: string) {
    super()
  }
}

/** An inline `!vault` value; decrypted on first use, once. Never shown decrypted by repr (as Ansible). */
export class VaultText extends Text {
  readonly typeName = 'AnsibleVaultEncryptedUnicode'
  override get typeModule(): string {
    return 'ansible.parsing.yaml.objects'
  }
  #plain: string | undefined
  constructor(
    readonly ciphertext: string,
    private readonly decrypt: (ciphertext: string) => string,
  ) {
    super()
  }
  get value(): string {
    this.#plain ??= this.decrypt(this.ciphertext)
    return this.#plain
  }
}

export class Tuple extends PyObject {
  readonly typeName: string = 'tuple'
  constructor(readonly items: readonly Value[]) {
    super()
  }
  override key(): unknown {
    return `\u0000tuple:${this.items.map(keyText).join(',')}`
  }
  override truth(): boolean {
    return this.items.length > 0
  }
  override length(): number {
    return this.items.length
  }
  override iterate(): Iterable<Value> {
    return this.items
  }
  /** `type(this)(items)`: a named tuple wants its items one by one, and fails. */
  remade(items: readonly Value[]): Tuple {
    return new Tuple(items)
  }
}

export class PyBytes extends PyObject {
  readonly typeName: string = 'bytes'
  constructor(readonly value: Uint8Array) {
    super()
  }
  override key(): unknown {
    return `\u0000bytes:${Buffer.from(this.value).toString('latin1')}`
  }
  override truth(): boolean {
    return this.value.length > 0
  }
  override length(): number {
    return this.value.length
  }
}

/** Bytes whose text is never templated (AnsibleUnsafeBytes). */
export class UnsafeBytes extends PyBytes {
  override readonly typeName = 'AnsibleUnsafeBytes'
  override get typeModule(): string {
    return 'ansible.utils.unsafe_proxy'
  }
  override str(): string {
    return Buffer.from(this.value).toString('utf8')
  }
}

/** Canonical dict key of any value: equal in Python, same for a JS Map (1, True and 1.0 share one). */
export function keyOf(value: Value): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof PyObject) return value.key()
  return value
}

function keyText(value: Value): string {
  const key = keyOf(value)
  if (typeof key === 'string') return JSON.stringify(key)
  if (key !== null && typeof key === 'object') return `#${objectNumber(key)}`
  return String(key)
}

const objectNumbers = new WeakMap<object, number>()
let nextObjectNumber = 1
function objectNumber(object: object): number {
  let number = objectNumbers.get(object)
  if (number === undefined) {
    number = nextObjectNumber++
    objectNumbers.set(object, number)
  }
  return number
}

/** What Python's collections.abc.Mapping is: Dict, and lazy views such as hostvars. */
export abstract class Mapping extends PyObject {
  /** Value of a key, or undefined when absent. */
  abstract get(key: Value): Value | undefined
  abstract has(key: Value): boolean
  abstract keys(): Iterable<Value>
  abstract get size(): number
  *values(): Iterable<Value> {
    for (const key of this.keys()) yield this.get(key) as Value
  }
  *entries(): Iterable<[Value, Value]> {
    for (const key of this.keys()) yield [key, this.get(key) as Value]
  }
  override truth(): boolean {
    return this.size > 0
  }
  override length(): number {
    return this.size
  }
  override iterate(): Iterable<Value> {
    return this.keys()
  }
  override contains(item: Value): boolean {
    return this.has(item)
  }
  override item(key: Value): Value | undefined {
    return this.get(key)
  }
}

/** Python's dict: keeps insertion order; keys compare as Python's do. */
export class Dict extends Mapping {
  readonly typeName: string = 'dict'
  readonly #values = new Map<unknown, Value>()
  /** Keys whose canonical form is not the key itself (True, 1.5, tuples, unsafe text). */
  #originals: Map<unknown, Value> | undefined

  constructor(entries?: Iterable<readonly [Value, Value]>) {
    super()
    if (entries) for (const [key, value] of entries) this.set(key, value)
  }

  /** A Dict from a plain object whose values are Values already. */
  static of(object: Readonly<Record<string, Value | undefined>>): Dict {
    const dict = new Dict()
    for (const key of Object.keys(object)) {
      const value = object[key]
      if (value !== undefined) dict.#values.set(key, value)
    }
    return dict
  }

  get(key: Value): Value | undefined {
    return this.#values.get(typeof key === 'string' ? key : keyOf(key))
  }
  has(key: Value): boolean {
    return this.#values.has(typeof key === 'string' ? key : keyOf(key))
  }
  set(key: Value, value: Value): this {
    if (typeof key === 'string') {
      this.#values.set(key, value)
      return this
    }
    const canonical = keyOf(key)
    if (canonical !== key && !this.#values.has(canonical)) {
      this.#originals ??= new Map()
      this.#originals.set(canonical, key)
    }
    this.#values.set(canonical, value)
    return this
  }
  delete(key: Value): boolean {
    const canonical = keyOf(key)
    this.#originals?.delete(canonical)
    return this.#values.delete(canonical)
  }
  clear(): void {
    this.#values.clear()
    this.#originals = undefined
  }
  get size(): number {
    return this.#values.size
  }
  override keys(): IterableIterator<Value> {
    if (this.#originals === undefined) return this.#values.keys() as IterableIterator<Value>
    return this.#keysAsGiven(this.#originals)
  }
  *#keysAsGiven(originals: ReadonlyMap<unknown, Value>): IterableIterator<Value> {
    for (const canonical of this.#values.keys()) {
      const original = originals.get(canonical)
      yield original === undefined ? (canonical as Value) : original
    }
  }
  override values(): IterableIterator<Value> {
    return this.#values.values()
  }
  override entries(): IterableIterator<[Value, Value]> {
    if (this.#originals === undefined) return this.#values.entries() as IterableIterator<[Value, Value]>
    return this.#entriesAsGiven(this.#originals)
  }
  *#entriesAsGiven(originals: ReadonlyMap<unknown, Value>): IterableIterator<[Value, Value]> {
    for (const [canonical, value] of this.#values) {
      const original = originals.get(canonical)
      yield [original === undefined ? (canonical as Value) : original, value]
    }
  }
  [Symbol.iterator](): IterableIterator<[Value, Value]> {
    return this.entries()
  }
  /** A shallow copy. */
  copy(): Dict {
    const copy = new Dict()
    for (const [key, value] of this.entries()) copy.set(key, value)
    return copy
  }
  /** Sets every entry of another mapping, as dict.update. */
  update(other: Mapping): this {
    for (const [key, value] of other.entries()) this.set(key, value)
    return this
  }
}

/** Python's set; iterates in insertion order (CPython's order is arbitrary). */
export class PySet extends PyObject {
  readonly typeName: string = 'set'
  readonly #items = new Map<unknown, Value>()
  constructor(items?: Iterable<Value>) {
    super()
    if (items) for (const item of items) this.add(item)
  }
  add(item: Value): this {
    const key = keyOf(item)
    if (!this.#items.has(key)) this.#items.set(key, item)
    return this
  }
  delete(item: Value): boolean {
    return this.#items.delete(keyOf(item))
  }
  get size(): number {
    return this.#items.size
  }
  override contains(item: Value): boolean {
    return this.#items.has(keyOf(item))
  }
  override truth(): boolean {
    return this.#items.size > 0
  }
  override length(): number {
    return this.#items.size
  }
  override iterate(): IterableIterator<Value> {
    return this.#items.values()
  }
}

/** datetime.date, from YAML `2001-12-14`. */
export class PyDate extends PyObject {
  readonly typeName = 'date'
  override get typeModule(): string {
    return 'datetime'
  }
  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
  ) {
    super()
  }
  override key(): unknown {
    return `\u0000date:${this.year}-${this.month}-${this.day}`
  }
}

/** datetime.datetime; `offsetSeconds` undefined means naive. */
export class PyDateTime extends PyObject {
  readonly typeName = 'datetime'
  override get typeModule(): string {
    return 'datetime'
  }
  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
    readonly hour = 0,
    readonly minute = 0,
    readonly second = 0,
    readonly microsecond = 0,
    readonly offsetSeconds?: number,
  ) {
    super()
  }
  /** Microseconds since 1970 in UTC, or of the naive fields as if they were UTC. */
  get epochMicroseconds(): bigint {
    const date = new Date(0)
    date.setUTCFullYear(this.year, this.month - 1, this.day)
    date.setUTCHours(this.hour, this.minute, this.second)
    return BigInt(date.getTime() - (this.offsetSeconds ?? 0) * 1000) * 1000n + BigInt(this.microsecond)
  }
  override key(): unknown {
    return `\u0000datetime:${this.offsetSeconds === undefined ? '' : 'aware:'}${this.epochMicroseconds}`
  }
}

export const isText = (value: Value): value is string | Text => typeof value === 'string' || value instanceof Text
/** The characters of a str or str subclass. */
export const textOf = (value: string | Text): string => (typeof value === 'string' ? value : value.value)
export const isInt = (value: Value): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'
export const isSequence = (value: Value): value is Value[] | Tuple => Array.isArray(value) || value instanceof Tuple
