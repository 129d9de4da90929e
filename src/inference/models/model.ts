// What a module model is.

import type { Draft } from '../draft.js'

export interface Model {
  /** Says in a draft what a call touches. */
  readonly describe: (draft: Draft) => void
  /** Nothing runs on the target: the action is done by the controller alone. */
  readonly isControl?: boolean
}

export type Models = Readonly<Record<string, Model>>

/** Models of modules that run on their target. */
export function onTarget(describe: Readonly<Record<string, (draft: Draft) => void>>): Models {
  return Object.fromEntries(Object.entries(describe).map(([name, one]) => [name, { describe: one }]))
}

/** Models of actions that the controller does alone. */
export function onController(describe: Readonly<Record<string, (draft: Draft) => void>>): Models {
  return Object.fromEntries(Object.entries(describe).map(([name, one]) => [name, { describe: one, isControl: true }]))
}

/** Says that a model only looks. */
export function looks(describe: (draft: Draft) => void): (draft: Draft) => void {
  return draft => {
    draft.isHarmless = true
    describe(draft)
  }
}
