// A backtracking matcher with the semantics of CPython's _sre: groups keep their last iteration, conditionals,
// atomic groups, empty iterations. Used where JavaScript's RegExp would answer differently.

import { PyError } from '../py-error.js'
import { isWord, sameFolded, setMatches } from './characters.js'
import type { Anchor, Node, ParsedRegex, RepeatNode, SetNode } from './syntax.js'

/** Group bounds in code points: start and end of group n at 2n and 2n+1; -1 when it took no part. */
export type Bounds = readonly number[]

interface State {
  readonly text: readonly number[]
  readonly marks: number[]
}

type Next = (at: number) => boolean
/** Tries to match at a position and to go on with `next`. */
type Step = (state: State, at: number, next: Next) => boolean

export interface MatchOptions {
  /** The match must not be empty (where the previous one was). */
  readonly nonEmpty?: boolean
  /** The match must reach the end of the text. */
  readonly full?: boolean
}

export class BacktrackingMatcher {
  readonly #step: Step
  constructor(private readonly parsed: ParsedRegex) {
    this.#step = compile(parsed.root)
  }

  /** Match that begins exactly at a position. */
  matchAt(text: readonly number[], at: number, options: MatchOptions = {}): Bounds | undefined {
    const state: State = { text, marks: new Array<number>((this.parsed.groupCount + 1) * 2).fill(-1) }
    const accept: Next = end => {
      if ((options.nonEmpty === true && end === at) || (options.full === true && end !== text.length)) return false
      state.marks[0] = at
      state.marks[1] = end
      return true
    }
    try {
      return this.#step(state, at, accept) ? state.marks : undefined
    } catch (error) {
      if (error instanceof RangeError)
        throw new PyError('RecursionError', 'the text is too long for this regular expression')
      throw error
    }
  }

  search(text: readonly number[], from: number, nonEmptyFirst = false): Bounds | undefined {
    for (let at = from; at <= text.length; at++) {
      const found = this.matchAt(text, at, { nonEmpty: nonEmptyFirst && at === from })
      if (found !== undefined) return found
    }
    return undefined
  }
}

function compile(node: Node): Step {
  switch (node.kind) {
    case 'set':
      return (state, at, next) => at < state.text.length && setMatches(node, state.text[at] as number) && next(at + 1)
    case 'anchor':
      return (state, at, next) => anchorHolds(node.anchor, node.ascii, state.text, at) && next(at)
    case 'sequence':
      return compileSequence(node.items.map(compile))
    case 'alternation':
      return compileAlternation(node.branches.map(compile))
    case 'group':
      return compileGroup(node.index, compile(node.body))
    case 'repeat':
      return compileRepeat(node)
    case 'backreference':
      return (state, at, next) => {
        const end = referenceEnd(state, node.index, at, node.fold, node.ascii)
        return end >= 0 && next(end)
      }
    case 'look':
      return compileLook(node)
    case 'atomic':
      return compileAtomic(compile(node.body))
    case 'conditional': {
      const yes = compile(node.yes)
      const no = compile(node.no)
      return (state, at, next) => ((state.marks[node.index * 2 + 1] as number) >= 0 ? yes : no)(state, at, next)
    }
  }
}

function compileSequence(steps: readonly Step[]): Step {
  return (state, at, next) => {
    const run = (index: number, position: number): boolean => {
      const step = steps[index]
      return step === undefined ? next(position) : step(state, position, end => run(index + 1, end))
    }
    return run(0, at)
  }
}

function compileAlternation(branches: readonly Step[]): Step {
  return (state, at, next) => branches.some(branch => branch(state, at, next))
}

function compileGroup(index: number, body: Step): Step {
  const from = index * 2
  return (state, at, next) =>
    body(state, at, end => {
      const { marks } = state
      const before = [marks[from] as number, marks[from + 1] as number]
      marks[from] = at
      marks[from + 1] = end
      if (next(end)) return true
      marks[from] = before[0] as number
      marks[from + 1] = before[1] as number
      return false
    })
}

function compileRepeat(node: RepeatNode): Step {
  if (node.mode === 'possessive') return compileAtomic(compileRepeat({ ...node, mode: 'greedy' }))
  if (node.body.kind === 'set') return compileSetRepeat(node, node.body)
  const body = compile(node.body)
  return node.mode === 'greedy' ? greedy(body, node.least, node.most) : lazy(body, node.least, node.most)
}

/** One character over and over: no recursion, so long texts are fine. */
function compileSetRepeat(node: RepeatNode, set: SetNode): Step {
  const { least, most, mode } = node
  return (state, at, next) => {
    const { text } = state
    const limit = Math.min(text.length, at + most)
    if (mode === 'greedy') {
      let end = at
      while (end < limit && setMatches(set, text[end] as number)) end++
      for (; end >= at + least; end--) if (next(end)) return true
      return false
    }
    for (let end = at; ; end++) {
      if (end >= at + least && next(end)) return true
      if (end >= limit || !setMatches(set, text[end] as number)) return false
    }
  }
}

function greedy(body: Step, least: number, most: number): Step {
  return (state, at, next) => {
    const iterate = (count: number, position: number, last: number): boolean => {
      if (count < least) return body(state, position, end => iterate(count + 1, end, last))
      if (count < most && position !== last && body(state, position, end => iterate(count + 1, end, position)))
        return true
      return next(position)
    }
    return iterate(0, at, -1)
  }
}

function lazy(body: Step, least: number, most: number): Step {
  return (state, at, next) => {
    const iterate = (count: number, position: number, last: number): boolean => {
      if (count < least) return body(state, position, end => iterate(count + 1, end, last))
      if (next(position)) return true
      if (count >= most || position === last) return false
      return body(state, position, end => iterate(count + 1, end, position))
    }
    return iterate(0, at, -1)
  }
}

/** Runs the body on its own; the first way it matches is the only one. */
function compileAtomic(body: Step): Step {
  return (state, at, next) => {
    const before = state.marks.slice()
    let end = -1
    const matched = body(state, at, position => {
      end = position
      return true
    })
    if (matched && next(end)) return true
    restore(state, before)
    return false
  }
}

function compileLook(node: Extract<Node, { kind: 'look' }>): Step {
  const body = compile(node.body)
  return (state, at, next) => {
    const start = node.ahead ? at : at - node.width
    const before = state.marks.slice()
    const matched = start >= 0 && body(state, start, () => true)
    if (matched !== node.negative) {
      if (node.negative) restore(state, before)
      if (next(at)) return true
    }
    restore(state, before)
    return false
  }
}

function restore(state: State, marks: readonly number[]): void {
  for (let index = 0; index < marks.length; index++) state.marks[index] = marks[index] as number
}

/** Where the text of a group ends when repeated at `at`; -1 when it is not there or the group took no part. */
function referenceEnd(state: State, index: number, at: number, fold: boolean, ascii: boolean): number {
  const { text, marks } = state
  const from = marks[index * 2] as number
  const to = marks[index * 2 + 1] as number
  if (from < 0 || to < 0 || at + to - from > text.length) return -1
  for (let offset = 0; offset < to - from; offset++) {
    const a = text[from + offset] as number
    const b = text[at + offset] as number
    if (a !== b && !(fold && sameFolded(a, b, ascii))) return -1
  }
  return at + to - from
}

function anchorHolds(anchor: Anchor, ascii: boolean, text: readonly number[], at: number): boolean {
  switch (anchor) {
    case 'textStart':
      return at === 0
    case 'lineStart':
      return at === 0 || text[at - 1] === 10
    case 'textEnd':
      return at === text.length
    case 'lastLineEnd':
      return at === text.length || (at === text.length - 1 && text[at] === 10)
    case 'lineEnd':
      return at === text.length || text[at] === 10
    case 'boundary':
      return text.length > 0 && atBoundary(text, at, ascii)
    case 'notBoundary':
      // CPython before 3.14: no \B in an empty text.
      return text.length > 0 && !atBoundary(text, at, ascii)
  }
}

function atBoundary(text: readonly number[], at: number, ascii: boolean): boolean {
  const before = at > 0 && isWord(text[at - 1] as number, ascii)
  const after = at < text.length && isWord(text[at] as number, ascii)
  return before !== after
}
