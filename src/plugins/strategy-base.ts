// What a strategy plugin of the repository means here: its classes cannot drive this engine, but nearly all of them
// extend one of Ansible's own strategies, and that one's order is what counts.

import { readFileSync } from 'node:fs'

export type StrategyBase = 'linear' | 'free' | 'host_pinned' | 'debug'

export interface ForeignStrategy {
  readonly path: string
  /** The built-in strategy it extends; undefined when it is one of its own. */
  readonly base: StrategyBase | undefined
  /** Methods it has besides __init__. */
  readonly methods: readonly string[]
}

const IMPORT =
  /^from\s+ansible\.plugins\.strategy\.(linear|free|host_pinned|debug)\s+import\s+StrategyModule(?:\s+as\s+(\w+))?/m
const MODULE_IMPORT =
  /^(?:from\s+ansible\.plugins\.strategy\s+import|import\s+ansible\.plugins\.strategy\.)\s*(linear|free|host_pinned|debug)\b/m

/** Reads the plugin's text; it is not run. */
export function foreignStrategy(path: string): ForeignStrategy {
  const text = readFileSync(path, 'utf8')
  const start = /^class\s+StrategyModule\s*\(\s*([\w.]+)/m.exec(text)
  const parent = start?.[1] ?? ''
  const direct = IMPORT.exec(text)
  const viaModule = MODULE_IMPORT.exec(text)
  let base: string | undefined
  if (direct !== null && parent === (direct[2] ?? 'StrategyModule')) base = direct[1]
  else if (viaModule !== null && parent.endsWith(`${viaModule[1]}.StrategyModule`)) base = viaModule[1]
  const body = start === null ? '' : text.slice(start.index)
  const methods = [...body.matchAll(/^[ \t]+def\s+(\w+)/gm)].map(match => match[1] as string)
  return { path, base: base as StrategyBase | undefined, methods: methods.filter(name => name !== '__init__') }
}
