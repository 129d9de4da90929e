// A map that forgets what was not used for longest.

export class LruMap<K, V> {
  readonly #entries = new Map<K, V>()
  #recent: K | undefined

  constructor(readonly capacity: number) {}

  get(key: K): V | undefined {
    const value = this.#entries.get(key)
    if (value === undefined || key === this.#recent) return value
    if (this.#entries.size > this.capacity / 2) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    this.#recent = key
    return value
  }

  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.capacity) return
    const [oldest] = this.#entries.keys()
    this.#entries.delete(oldest as K)
  }

  clear(): void {
    this.#entries.clear()
    this.#recent = undefined
  }

  get size(): number {
    return this.#entries.size
  }
}
