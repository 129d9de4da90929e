// Gives each host its next task: facts first, then blocks with rescue and always, and handlers whenever they are
// flushed. Mirrors PlayIterator of executor/play_iterator.py (ansible-core 2.14), state by state.

import type { Host } from '../inventory/index.js'
import { Block, type Handler, type Play, type Task } from '../playbook/index.js'
import { fnmatch } from '../python/index.js'
import { clearErrors, FAILED, HostState, hasFailed, insertBlocks, markFailed, type RunState } from './host-state.js'

export interface PlayIteratorOptions {
  readonly play: Play
  /** Hosts of the batch, in the play's order. */
  readonly batch: readonly Host[]
  /** All blocks of the play after tag filtering; the first one gathers facts and may be empty. */
  readonly blocks: readonly Block[]
  /** Whether facts are to be gathered for a host, asked when the host starts. */
  readonly gathersFacts: (host: Host) => boolean
  /** `--start-at-task` pattern, undefined when it was found already or not given. */
  readonly startAtTask: string | undefined
}

export class PlayIterator {
  readonly play: Play
  /** Flat list of the play's tasks: what the linear strategy keeps hosts in step with. Includes are spliced in. */
  readonly allTasks: Task[]
  /** All handlers of the play; taken over by a host whenever it starts flushing. */
  handlers: readonly Handler[]
  readonly batchSize: number
  /** True when `--start-at-task` matched for some host. */
  readonly foundStartAtTask: boolean
  endPlay = false
  currentTask = 0
  readonly #blocks: readonly Block[]
  readonly #states = new Map<string, HostState>()
  readonly #gathersFacts: (host: Host) => boolean
  /** Whether a handler is to run for a host when handlers are flushed. */
  isNotified: (handler: Handler, host: Host) => boolean = (handler, host) => handler.isHostNotified(host)

  constructor(options: PlayIteratorOptions) {
    this.play = options.play
    this.#blocks = options.blocks
    this.#gathersFacts = options.gathersFacts
    this.allTasks = options.blocks.flatMap(block => block.getTasks())
    this.handlers = flattenHandlers(options.play)
    this.batchSize = options.batch.length
    let matched = false
    for (const host of options.batch) {
      this.setState(host.name, new HostState(this.#blocks))
      if (options.startAtTask === undefined) continue
      matched = this.#advanceTo(host, options.startAtTask) || matched
      if (!matched) continue
      const state = this.state(host.name)
      state.didStartAtTask = true
      state.runState = 'setup'
    }
    this.foundStartAtTask = matched
  }

  /** An iterator of its own that stands where this one stands. */
  fork(): PlayIterator {
    const fork = new PlayIterator({
      play: this.play,
      batch: [],
      blocks: this.#blocks,
      gathersFacts: this.#gathersFacts,
      startAtTask: undefined,
    })
    fork.allTasks.splice(0, fork.allTasks.length, ...this.allTasks)
    fork.handlers = this.handlers
    fork.endPlay = this.endPlay
    fork.currentTask = this.currentTask
    for (const [name, state] of this.#states) fork.setState(name, state.copy())
    return fork
  }

  /** Tasks of the play that every host comes to, as far as they are known before any include is read. */
  get taskCount(): number {
    return this.allTasks.filter(task => !task.implicit).length
  }

  /** The state of a host; one that is not in the batch gets an empty one. Change it only through a copy. */
  state(hostName: string): HostState {
    let state = this.#states.get(hostName)
    if (state === undefined) {
      state = new HostState([])
      this.#states.set(hostName, state)
    }
    return state
  }

  /** The states of all hosts as they are now. */
  states(): ReadonlyMap<string, HostState> {
    return new Map(this.#states)
  }

  setState(hostName: string, state: HostState): void {
    this.#states.set(hostName, state)
  }

  setRunState(hostName: string, runState: RunState): void {
    this.state(hostName).runState = runState
  }

  /** What the host does next and the state it has then; nothing is changed until `setState`. */
  peek(host: Host): { state: HostState; task: Task | undefined } {
    const state = this.state(host.name).copy()
    return { state, task: state.runState === 'complete' ? undefined : this.#next(state, host) }
  }

  /** Takes over new handlers of the play (roles that were included). */
  refreshHandlers(): void {
    this.handlers = flattenHandlers(this.play)
  }

  markFailed(host: Host): void {
    const state = this.state(host.name).copy()
    markFailed(state)
    this.setState(host.name, state)
    this.play.removedHosts = [...this.play.removedHosts, host.name]
  }

  isFailed(host: Host): boolean {
    return hasFailed(this.state(host.name))
  }

  failedHosts(): string[] {
    return [...this.#states].filter(([, state]) => hasFailed(state)).map(([name]) => name)
  }

  clearHostErrors(host: Host): void {
    clearErrors(this.state(host.name))
  }

  addBlocks(host: Host, blocks: readonly Block[]): void {
    const state = this.state(host.name).copy()
    insertBlocks(state, blocks)
    this.setState(host.name, state)
  }

  #advanceTo(host: Host, pattern: string): boolean {
    for (;;) {
      const { state, task } = this.peek(host)
      if (state.runState === 'complete' || task === undefined) return false
      if (matchesTaskName(task, pattern)) return true
      this.setState(host.name, state)
    }
  }

  #next(state: HostState, host: Host): Task | undefined {
    for (;;) {
      const block = state.block
      if (block === undefined) {
        state.runState = 'complete'
        return undefined
      }
      let task: Task | undefined
      switch (state.runState) {
        case 'setup':
          task = this.#nextOfSetup(state, host)
          break
        case 'tasks':
          task = this.#nextOfTasks(state, block, host)
          break
        case 'rescue':
          task = this.#nextOfRescue(state, block, host)
          break
        case 'always':
          task = this.#nextOfAlways(state, block, host)
          break
        case 'handlers':
          task = this.#nextHandler(state, host)
          break
        case 'complete':
          return undefined
      }
      if (task !== undefined) return task
    }
  }

  #nextOfSetup(state: HostState, host: Host): Task | undefined {
    if (!state.pendingSetup) {
      state.pendingSetup = true
      return this.#gathersFacts(host) ? (this.#blocks[0]?.block[0] as Task | undefined) : undefined
    }
    state.pendingSetup = false
    if (state.didStartAtTask) state.runState = 'tasks'
    else state.enterNextBlock()
    return undefined
  }

  #nextOfTasks(state: HostState, block: Block, host: Host): Task | undefined {
    state.pendingSetup = false
    if (state.tasksChild !== undefined) {
      const task = this.#next(state.tasksChild, host)
      if (hasFailed(state.tasksChild)) {
        state.tasksChild = undefined
        markFailed(state)
        // Ansible keeps the task that the failed child gave, which is none once the child has ended.
        return task
      }
      if (task === undefined || state.tasksChild.runState === 'complete') {
        state.tasksChild = undefined
        return undefined
      }
      return task
    }
    if (hasFailed(state)) {
      state.runState = 'rescue'
      return undefined
    }
    const task = block.block[state.currentRegularTask]
    if (task === undefined) {
      state.runState = 'always'
      return undefined
    }
    state.currentRegularTask++
    if (!(task instanceof Block)) return task
    state.tasksChild = new HostState([task], 'tasks')
    return undefined
  }

  #nextOfRescue(state: HostState, block: Block, host: Host): Task | undefined {
    if (state.rescueChild !== undefined) {
      const task = this.#next(state.rescueChild, host)
      if (hasFailed(state.rescueChild)) {
        state.rescueChild = undefined
        markFailed(state)
        return task
      }
      if (task === undefined || state.rescueChild.runState === 'complete') {
        state.rescueChild = undefined
        return undefined
      }
      return task
    }
    if ((state.failState & FAILED.rescue) !== 0) {
      state.runState = 'always'
      return undefined
    }
    const task = block.rescue[state.currentRescueTask]
    if (task === undefined) {
      if (block.rescue.length > 0) state.failState = FAILED.none
      state.runState = 'always'
      state.didRescue = true
      return undefined
    }
    state.currentRescueTask++
    if (!(task instanceof Block)) return task
    state.rescueChild = new HostState([task], 'tasks')
    return undefined
  }

  #nextOfAlways(state: HostState, block: Block, host: Host): Task | undefined {
    if (state.alwaysChild !== undefined) {
      const task = this.#next(state.alwaysChild, host)
      if (hasFailed(state.alwaysChild)) {
        state.alwaysChild = undefined
        markFailed(state)
        return task
      }
      if (task === undefined || state.alwaysChild.runState === 'complete') {
        state.alwaysChild = undefined
        return undefined
      }
      return task
    }
    const task = block.always[state.currentAlwaysTask]
    if (task === undefined) {
      if (state.failState !== FAILED.none) state.runState = 'complete'
      else {
        state.enterNextBlock()
        state.didRescue = false
      }
      return undefined
    }
    state.currentAlwaysTask++
    if (!(task instanceof Block)) return task
    state.alwaysChild = new HostState([task], 'tasks')
    return undefined
  }

  #nextHandler(state: HostState, host: Host): Task | undefined {
    if (state.updateHandlers) {
      state.handlers = this.handlers
      state.updateHandlers = false
      state.currentHandlersTask = 0
    }
    if ((state.failState & FAILED.handlers) !== 0) {
      state.updateHandlers = true
      state.runState = 'complete'
      return undefined
    }
    for (;;) {
      const handler = state.handlers[state.currentHandlersTask]
      if (handler === undefined) {
        state.runState = state.preFlushingRunState ?? 'complete'
        state.updateHandlers = true
        return undefined
      }
      state.currentHandlersTask++
      if (this.isNotified(handler, host)) return handler
    }
  }
}

function flattenHandlers(play: Play): Handler[] {
  return play.handlers.flatMap(block => block.block as Handler[])
}

function matchesTaskName(task: Task, pattern: string): boolean {
  const fullName = task.getName()
  if (task.name === pattern || fullName === pattern) return true
  return (task.name !== '' && fnmatch(task.name, pattern)) || fnmatch(fullName, pattern)
}
