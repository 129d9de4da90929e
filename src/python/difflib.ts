// Python's difflib.unified_diff (CPython 3.11) over lists of lines: same blocks, junk heuristic included,
// because --diff output is compared and parsed.

interface Match {
  readonly a: number
  readonly b: number
  readonly size: number
}
type Opcode = readonly [tag: 'equal' | 'replace' | 'delete' | 'insert', a1: number, a2: number, b1: number, b2: number]

/** Where each line of b stands; lines that are too popular (over 1 % of 200 or more) are left out, as autojunk does. */
function indexLines(b: readonly string[]): Map<string, number[]> {
  const positions = new Map<string, number[]>()
  b.forEach((line, index) => {
    const known = positions.get(line)
    if (known) known.push(index)
    else positions.set(line, [index])
  })
  if (b.length >= 200) {
    const limit = Math.floor(b.length / 100) + 1
    for (const [line, indexes] of positions) if (indexes.length > limit) positions.delete(line)
  }
  return positions
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  positions: Map<string, number[]>,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
): Match {
  let bestA = aLow
  let bestB = bLow
  let size = 0
  let lengths = new Map<number, number>()
  for (let i = aLow; i < aHigh; i++) {
    const next = new Map<number, number>()
    for (const j of positions.get(a[i] as string) ?? []) {
      if (j < bLow) continue
      if (j >= bHigh) break
      const length = (lengths.get(j - 1) ?? 0) + 1
      next.set(j, length)
      if (length > size) {
        bestA = i - length + 1
        bestB = j - length + 1
        size = length
      }
    }
    lengths = next
  }
  // Lines left out of the index still extend a match.
  while (bestA > aLow && bestB > bLow && a[bestA - 1] === b[bestB - 1]) {
    bestA--
    bestB--
    size++
  }
  while (bestA + size < aHigh && bestB + size < bHigh && a[bestA + size] === b[bestB + size]) size++
  return { a: bestA, b: bestB, size }
}

function matchingBlocks(a: readonly string[], b: readonly string[]): Match[] {
  const positions = indexLines(b)
  const pending: [number, number, number, number][] = [[0, a.length, 0, b.length]]
  const found: Match[] = []
  for (let range = pending.pop(); range; range = pending.pop()) {
    const match = longestMatch(a, b, positions, range)
    if (match.size === 0) continue
    found.push(match)
    const [aLow, aHigh, bLow, bHigh] = range
    if (aLow < match.a && bLow < match.b) pending.push([aLow, match.a, bLow, match.b])
    if (match.a + match.size < aHigh && match.b + match.size < bHigh) {
      pending.push([match.a + match.size, aHigh, match.b + match.size, bHigh])
    }
  }
  found.sort((left, right) => left.a - right.a || left.b - right.b)
  const merged: Match[] = []
  for (const match of found) {
    const last = merged.at(-1)
    if (last && last.a + last.size === match.a && last.b + last.size === match.b) {
      merged[merged.length - 1] = { a: last.a, b: last.b, size: last.size + match.size }
    } else merged.push(match)
  }
  merged.push({ a: a.length, b: b.length, size: 0 })
  return merged
}

function opcodes(a: readonly string[], b: readonly string[]): Opcode[] {
  const codes: Opcode[] = []
  let i = 0
  let j = 0
  for (const match of matchingBlocks(a, b)) {
    if (i < match.a && j < match.b) codes.push(['replace', i, match.a, j, match.b])
    else if (i < match.a) codes.push(['delete', i, match.a, j, match.b])
    else if (j < match.b) codes.push(['insert', i, match.a, j, match.b])
    i = match.a + match.size
    j = match.b + match.size
    if (match.size > 0) codes.push(['equal', match.a, i, match.b, j])
  }
  return codes
}

function groupedOpcodes(codes: Opcode[], context: number): Opcode[][] {
  if (codes.length === 0) return []
  const trimmed = [...codes]
  const first = trimmed[0] as Opcode
  if (first[0] === 'equal') {
    trimmed[0] = [
      'equal',
      Math.max(first[1], first[2] - context),
      first[2],
      Math.max(first[3], first[4] - context),
      first[4],
    ]
  }
  const last = trimmed.at(-1) as Opcode
  if (last[0] === 'equal') {
    trimmed[trimmed.length - 1] = [
      'equal',
      last[1],
      Math.min(last[2], last[1] + context),
      last[3],
      Math.min(last[4], last[3] + context),
    ]
  }
  const groups: Opcode[][] = []
  let group: Opcode[] = []
  for (const [tag, a1, a2, b1, b2] of trimmed) {
    if (tag === 'equal' && a2 - a1 > 2 * context) {
      group.push([tag, a1, Math.min(a2, a1 + context), b1, Math.min(b2, b1 + context)])
      groups.push(group)
      group = [[tag, Math.max(a1, a2 - context), a2, Math.max(b1, b2 - context), b2]]
    } else group.push([tag, a1, a2, b1, b2])
  }
  if (group.length > 0 && !(group.length === 1 && (group[0] as Opcode)[0] === 'equal')) groups.push(group)
  return groups.filter(each => each.some(([tag]) => tag !== 'equal'))
}

function unifiedRange(start: number, stop: number): string {
  const length = stop - start
  if (length === 1) return `${start + 1}`
  return `${length === 0 ? start : start + 1},${length}`
}

/**
 * Lines of a unified diff; each keeps its own line end, as the given lines do.
 * @param context lines shown around a change
 */
export function unifiedDiff(
  before: readonly string[],
  after: readonly string[],
  headers: { readonly before: string; readonly after: string },
  context = 3,
): string[] {
  const out: string[] = []
  for (const group of groupedOpcodes(opcodes(before, after), context)) {
    if (out.length === 0) out.push(`--- ${headers.before}\n`, `+++ ${headers.after}\n`)
    const first = group[0] as Opcode
    const last = group.at(-1) as Opcode
    out.push(`@@ -${unifiedRange(first[1], last[2])} +${unifiedRange(first[3], last[4])} @@\n`)
    for (const [tag, a1, a2, b1, b2] of group) {
      if (tag === 'equal') {
        for (const line of before.slice(a1, a2)) out.push(` ${line}`)
        continue
      }
      if (tag !== 'insert') for (const line of before.slice(a1, a2)) out.push(`-${line}`)
      if (tag !== 'delete') for (const line of after.slice(b1, b2)) out.push(`+${line}`)
    }
  }
  return out
}
