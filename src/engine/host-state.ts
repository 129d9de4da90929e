// Where one host stands in a play: block, task, section, and what has failed so far.
// Mirrors HostState of executor/play_iterator.py (ansible-core 2.14).

import type { Block, Handler } from '../playbook/index.js'

/** Section of the play a host is in, in the order in which they are passed. */
export type RunState =
  /** about to gather facts */
  | 'setup'
  | 'tasks'
  | 'rescue'
  | 'always'
  /** flushing handlers */
  | 'handlers'
  | 'complete'

/** Sections that have failed, as a set of bits: several may have. */
export const FAILED = { none: 0, setup: 1, tasks: 2, rescue: 4, always: 8, handlers: 16 } as const

export class HostState {
  /** Never changed in place, because copies share it. */
  blocks: readonly Block[]
  /** Never changed in place, because copies share it. */
  handlers: readonly Handler[] = []
  currentBlock = 0
  currentRegularTask = 0
  currentRescueTask = 0
  currentAlwaysTask = 0
  currentHandlersTask = 0
  runState: RunState = 'setup'
  failState: number = FAILED.none
  /** Where the host goes back to after flushing handlers. */
  preFlushingRunState: RunState | undefined
  updateHandlers = true
  pendingSetup = false
  tasksChild: HostState | undefined
  rescueChild: HostState | undefined
  alwaysChild: HostState | undefined
  didRescue = false
  didStartAtTask = false

  constructor(blocks: readonly Block[], runState: RunState = 'setup') {
    this.blocks = blocks
    this.runState = runState
  }

  get block(): Block | undefined {
    return this.blocks[this.currentBlock]
  }

  copy(): HostState {
    const copy = new HostState(this.blocks, this.runState)
    copy.handlers = this.handlers
    copy.currentBlock = this.currentBlock
    copy.currentRegularTask = this.currentRegularTask
    copy.currentRescueTask = this.currentRescueTask
    copy.currentAlwaysTask = this.currentAlwaysTask
    copy.currentHandlersTask = this.currentHandlersTask
    copy.failState = this.failState
    copy.preFlushingRunState = this.preFlushingRunState
    copy.updateHandlers = this.updateHandlers
    copy.pendingSetup = this.pendingSetup
    copy.didRescue = this.didRescue
    copy.didStartAtTask = this.didStartAtTask
    copy.tasksChild = this.tasksChild?.copy()
    copy.rescueChild = this.rescueChild?.copy()
    copy.alwaysChild = this.alwaysChild?.copy()
    return copy
  }

  /** Goes to the first task of the next block. */
  enterNextBlock(): void {
    this.currentBlock++
    this.currentRegularTask = 0
    this.currentRescueTask = 0
    this.currentAlwaysTask = 0
    this.runState = 'tasks'
    this.tasksChild = undefined
    this.rescueChild = undefined
    this.alwaysChild = undefined
  }
}

/** Whether the host counts as failed here: rescued failures do not. */
export function hasFailed(state: HostState | undefined): boolean {
  if (state === undefined) return false
  if (state.runState === 'rescue' && hasFailed(state.rescueChild)) return true
  if (state.runState === 'always' && hasFailed(state.alwaysChild)) return true
  if (state.runState === 'handlers' && (state.failState & FAILED.handlers) !== 0) return true
  if (state.failState !== FAILED.none) {
    if (state.runState === 'rescue' && (state.failState & FAILED.rescue) === 0) return false
    if (state.runState === 'always' && (state.failState & FAILED.always) === 0) return false
    return !(state.didRescue && (state.failState & FAILED.always) === 0)
  }
  if (state.runState === 'tasks' && hasFailed(state.tasksChild)) {
    const rescues = (state.block?.rescue.length ?? 0) > 0
    return !(rescues && (state.failState & FAILED.rescue) === 0)
  }
  return false
}

/** Records a failure where the host stands now and moves it to rescue, always, or the end. Changes `state`. */
export function markFailed(state: HostState): void {
  switch (state.runState) {
    case 'setup':
      state.failState |= FAILED.setup
      state.runState = 'complete'
      return
    case 'tasks':
      if (state.tasksChild !== undefined) return markFailed(state.tasksChild)
      state.failState |= FAILED.tasks
      state.runState = sectionAfterFailure(state, true)
      return
    case 'rescue':
      if (state.rescueChild !== undefined) return markFailed(state.rescueChild)
      state.failState |= FAILED.rescue
      state.runState = sectionAfterFailure(state, false)
      return
    case 'always':
      if (state.alwaysChild !== undefined) return markFailed(state.alwaysChild)
      state.failState |= FAILED.always
      state.runState = 'complete'
      return
    case 'handlers':
      state.failState |= FAILED.handlers
      state.updateHandlers = true
      state.runState = sectionAfterFailure(state, true)
      return
    case 'complete':
  }
}

function sectionAfterFailure(state: HostState, mayRescue: boolean): RunState {
  const block = state.block
  if (mayRescue && block !== undefined && block.rescue.length > 0) return 'rescue'
  return block !== undefined && block.always.length > 0 ? 'always' : 'complete'
}

/** Forgets failures here and in the child that is active first (clear_host_errors). */
export function clearErrors(state: HostState): void {
  state.failState = FAILED.none
  const child = state.tasksChild ?? state.rescueChild ?? state.alwaysChild
  if (child !== undefined) clearErrors(child)
}

/** The innermost state that is being worked through. */
export function activeState(state: HostState): HostState {
  if (state.runState === 'tasks' && state.tasksChild !== undefined) return activeState(state.tasksChild)
  if (state.runState === 'rescue' && state.rescueChild !== undefined) return activeState(state.rescueChild)
  if (state.runState === 'always' && state.alwaysChild !== undefined) return activeState(state.alwaysChild)
  return state
}

/** Whether a failure now would be caught by a rescue section of this block or of one inside it. */
export function isAnyBlockRescuing(state: HostState): boolean {
  if (state.runState === 'tasks' && (state.block?.rescue.length ?? 0) > 0) return true
  const child = state.tasksChild ?? state.rescueChild ?? state.alwaysChild
  return child !== undefined && isAnyBlockRescuing(child)
}

/** Puts blocks in front of what comes next for the host, after the task that included them. Changes `state`. */
export function insertBlocks(state: HostState, blocks: readonly Block[]): void {
  if ((state.failState !== FAILED.none && state.runState === 'tasks') || blocks.length === 0) return
  switch (state.runState) {
    case 'tasks':
      if (state.tasksChild !== undefined) return insertBlocks(state.tasksChild, blocks)
      return replaceSection(state, 'block', state.currentRegularTask, blocks)
    case 'rescue':
      if (state.rescueChild !== undefined) return insertBlocks(state.rescueChild, blocks)
      return replaceSection(state, 'rescue', state.currentRescueTask, blocks)
    case 'always':
      if (state.alwaysChild !== undefined) return insertBlocks(state.alwaysChild, blocks)
      return replaceSection(state, 'always', state.currentAlwaysTask, blocks)
    case 'handlers': {
      const at = state.currentHandlersTask
      const added = blocks.flatMap(block => block.block as Handler[])
      state.handlers = [...state.handlers.slice(0, at), ...added, ...state.handlers.slice(at)]
      return
    }
    case 'setup':
    case 'complete':
  }
}

function replaceSection(
  state: HostState,
  section: 'block' | 'rescue' | 'always',
  at: number,
  blocks: readonly Block[],
): void {
  const target = state.block
  if (target === undefined) throw new Error('tasks were included for a host that has finished the play')
  const copy = target.copy()
  copy[section] = [...target[section].slice(0, at), ...blocks, ...target[section].slice(at)]
  state.blocks = state.blocks.with(state.currentBlock, copy)
}
