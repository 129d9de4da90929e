// Ready transitions, best first: higher priority, then added earlier. A binary heap; adding and taking cost O(log n).

export interface Ranked {
  readonly priority: number
  /** Breaks ties. */
  readonly number: number
}

export class ReadyQueue<E extends Ranked> {
  readonly #heap: E[] = []

  get size(): number {
    return this.#heap.length
  }

  /** The priority counts as it is now; a later change of it counts the next time the entry is added. */
  add(entry: E): void {
    const heap = this.#heap
    let hole = heap.length
    heap.push(entry)
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const above = heap[parent] as E
      if (!isBefore(entry, above)) break
      heap[hole] = above
      hole = parent
    }
    heap[hole] = entry
  }

  /** Takes the best entry; undefined when there is none. */
  take(): E | undefined {
    const heap = this.#heap
    const best = heap[0]
    const last = heap.pop()
    if (best === undefined || last === undefined || heap.length === 0) return best
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as E, heap[child] as E)) child++
      const below = heap[child] as E
      if (!isBefore(below, last)) break
      heap[hole] = below
      hole = child
    }
    heap[hole] = last
    return best
  }
}

function isBefore(a: Ranked, b: Ranked): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.number < b.number)
}
