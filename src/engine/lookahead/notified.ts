// Whether a handler is notified, as far as the runs that may notify it have ended.

import type { Host } from '../../inventory/index.js'
import type { Handler } from '../../playbook/index.js'
import { findHandlers } from '../notify-handlers.js'
import { resultParts } from '../result-variables.js'
import type { TaskRun } from './task-run.js'

export interface Notification {
  /** Something that was taken in notified it. */
  isCertain: boolean
  /** Runs that may notify it. */
  readonly by: readonly TaskRun[]
}

/** What is known by now: false once nobody is left who might. */
export const mayBeNotified = (handler: Handler, host: Host, { isCertain, by }: Notification): boolean =>
  isCertain || by.some(run => isOpen(run) || hasNotified(run, handler, host))

/** Given that all who may notify it have ended. */
export const isNotified = (handler: Handler, host: Host, { isCertain, by }: Notification): boolean =>
  isCertain || by.some(run => hasNotified(run, handler, host))

const isOpen = (run: TaskRun): boolean => !run.isOver || run.progress === 'dropped'

function hasNotified({ outcome, host, batch, handlerBlocks }: TaskRun, handler: Handler, on: Host): boolean {
  // Failures notify nobody, ignored ones neither.
  if (outcome?.isChanged !== true || outcome.isFailed || outcome.isSkipped || host !== on) return false
  for (const part of resultParts(outcome)) {
    const names = part.get('_ansible_notify')
    for (const name of names === undefined ? [] : Array.isArray(names) ? names : [names])
      if (findHandlers(batch, handlerBlocks, name).some(({ uuid }) => uuid === handler.uuid)) return true
  }
  return false
}

/**
 * A handler on the hosts that may be notified, when more than that depends on who is. It may be done once only. When it is
 * the last of a play, a host that is not notified goes on to other tasks in the very round in which others do this handler
 * (lockstep.ts): with it the order of everything that follows changes.
 */
export class LastHandler {
  #outcome: Promise<boolean> | undefined

  constructor(
    private readonly handler: Handler,
    private readonly hosts: readonly (readonly [Host, Notification])[],
    /** What is to be done in this round cannot be told before it is known who is notified. */
    readonly mustBeCertain: boolean,
  ) {}

  /** Waits until it is known who is notified. False when some are and some are not. */
  isAsPlanned(): Promise<boolean> {
    this.#outcome ??= this.#decide()
    return this.#outcome
  }
  async #decide(): Promise<boolean> {
    await Promise.all(this.open.map(run => run.ended))
    const counts = this.hosts.filter(([host, notification]) => isNotified(this.handler, host, notification)).length
    return counts === 0 || counts === this.hosts.length
  }
  /** Runs that decide it and have not ended. */
  get open(): readonly TaskRun[] {
    return this.hosts.flatMap(([, { by }]) => by.filter(run => !run.isOver))
  }
  /** Once nothing is open: whether all of its hosts are notified. */
  get areAllNotified(): boolean {
    return this.hosts.every(([host, notification]) => isNotified(this.handler, host, notification))
  }
}
