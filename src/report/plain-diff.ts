// The differences a result tells of, as plain text; what files keep instead of the console's coloured one.
import { truth } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import { type DiffStyle, styledDiff } from './result-text.js'

/** Longer differences are cut. */
const MAX_DIFF = 128 * 1024

const PLAIN: DiffStyle = { contextLines: 3, paint: text => text }

/** Unified diff of a result or of its loop items that changed; empty when there is none. */
export function filePlainDiff(result: Dict): string {
  const items = result.get('results')
  const parts: readonly Value[] = Array.isArray(items) ? items : [result]
  let out = ''
  for (const part of parts) {
    if (!(part instanceof Dict) || !truth(part.get('diff') ?? null) || !truth(part.get('changed') ?? false)) continue
    out += styledDiff(PLAIN, part.get('diff') as Value)
  }
  return out.length <= MAX_DIFF ? out : `${out.slice(0, MAX_DIFF)}\n… (${out.length} characters)`
}
