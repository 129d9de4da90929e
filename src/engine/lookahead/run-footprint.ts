// What a run will touch, told before it is started: its arguments as far as they are known, for each item of its loop.

import { MadansibleError } from '../../errors.js'
import {
  type Footprint,
  type FootprintModel,
  NO_FOOTPRINT,
  opaqueFootprint,
  partlyKnown,
  UNKNOWN,
  unionOf,
} from '../../inference/index.js'
import type { Templar } from '../../jinja/index.js'
import { str, truth } from '../../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../../python/values.js'
import { PendingValueError, type TaskVars } from '../../variables/index.js'
import { allHold } from '../conditions.js'
import { loopItems } from '../loop-items.js'
import { rawField } from '../task-fields.js'
import { mayHoldTemplate } from '../template-text.js'
import { isGuarding } from './guarding-blocks.js'
import type { RunView } from './run-view.js'
import type { TaskRun } from './task-run.js'

/** Which machine a run acts on is known only once another run has ended. */
export class UnknownPlaceError extends Error {
  constructor(readonly blocker: TaskRun) {
    super('the machine is not known yet')
    this.name = 'UnknownPlaceError'
  }
}

/** Items of a loop that are looked at one by one; a longer loop is taken for opaque. */
const MAX_ITEMS = 500

export interface FootprintContext {
  readonly model: FootprintModel
  readonly view: RunView
  /** Variables of the run. */
  readonly vars: TaskVars
  readonly isCheckMode: boolean
  /** Told which earlier run has to end before a value that the run needs is known. */
  readonly waitsFor: (writer: TaskRun, what: string) => void
}

export function footprintOf(run: TaskRun, context: FootprintContext): Footprint {
  const estimate = new Estimate(run, context)
  const known = estimate.ofTask()
  const { widestLookup } = context.view
  const footprint =
    widestLookup === undefined
      ? known
      : unionOf([known, opaqueFootprint({ target: '', isLocal: true }, `the lookup ${widestLookup} may do anything`)])
  return isGuarding(run.task) ? { ...footprint, isGuard: true } : footprint
}

class Estimate {
  constructor(
    readonly run: TaskRun,
    readonly context: FootprintContext,
  ) {}

  ofTask(): Footprint {
    const { task } = this.run
    const items = this.items()
    if (items === 'none') return this.ofCall(this.context.vars, false)
    const loopVar = textOf((task.loopControl.loopVar as string | null) ?? 'item') || 'item'
    const indexVar = task.loopControl.indexVar
    if (items === undefined) {
      const names = [loopVar, 'ansible_loop', ...(isText(indexVar) ? [textOf(indexVar)] : [])]
      return this.ofCall(this.context.vars.with(new UnknownItem(names.map(name => [name, null]))), true)
    }
    if (items.length > MAX_ITEMS) return this.opaque(`its loop has ${items.length} items`)
    const footprints = items.map((item, index) => {
      const extra = new Map<string, Value>([
        [loopVar, item],
        ['ansible_loop_var', loopVar],
      ])
      if (isText(indexVar)) extra.set(textOf(indexVar), index)
      return this.ofCall(this.context.vars.with(extra), false)
    })
    return unionOf(footprints)
  }

  /** Undefined: not known yet. */
  private items(): readonly Value[] | 'none' | undefined {
    const { task } = this.run
    if (task.loop === undefined) return 'none'
    return this.known(() => loopItems(task, this.context.vars.templar()) ?? [])
  }

  /** A value, or undefined when it is not known or cannot be computed. */
  private known<T>(compute: () => T, isNeeded = true): T | undefined {
    const { view } = this.context
    view.isGuessing = true
    try {
      const value = compute()
      return view.refusal === undefined ? value : undefined
    } catch {
      return undefined
    } finally {
      view.isGuessing = false
      if (isNeeded && view.refusal !== undefined) this.context.waitsFor(view.blocker as TaskRun, view.refusal.what)
      view.forgetRefusal()
    }
  }

  private ofCall(vars: TaskVars, isItemUnknown: boolean): Footprint {
    const { task } = this.run
    const templar = vars.templar()
    if (!isItemUnknown && this.known(() => allHold(task.when, templar)) === false) return NO_FOOTPRINT
    const place = this.place(templar, vars, isItemUnknown)
    if (place === undefined)
      return opaqueFootprint({ target: '', isLocal: true }, 'the host it acts on is not known yet')
    const action = mayHoldTemplate(task.action) ? undefined : (task.resolvedAction ?? task.action)
    if (action === undefined) return opaqueFootprint(place, 'its action is a template')
    const become = rawField(task, 'become')
    return this.context.model.footprintOf({
      action,
      args: this.args(templar),
      host: this.run.host.name,
      target: place.target,
      isLocal: place.isLocal,
      checkMode: this.context.isCheckMode,
      becomes: truth(become) ? (this.text(rawField(task, 'become_user'), templar) ?? 'root') : undefined,
      role: task.role?.getName(),
      task: task.name === '' ? undefined : task.name,
      taskFile: task.position?.file,
      isAsync: truth(rawField(task, 'async_val')),
      waits: truth(rawField(task, 'until')),
      // What a model would like to know the run need not wait for.
      facts: name => this.known(() => templar.variable(name), false),
    })
  }

  private args(templar: Templar): Dict {
    const args = new Dict()
    for (const [name, raw] of this.run.task.args.entries()) args.set(name, this.value(raw, templar))
    return args
  }

  private value(raw: Value, templar: Templar): Value {
    if (!mayHoldTemplate(raw)) return raw
    const value = this.known(() => templar.template(raw))
    if (value !== undefined) return value
    // Parts of it may be known.
    if (Array.isArray(raw)) return raw.map(item => this.value(item, templar))
    if (raw instanceof Dict) return new Dict([...raw.entries()].map(([key, item]) => [key, this.value(item, templar)]))
    if (!isText(raw)) return UNKNOWN
    return partlyKnown(textOf(raw), expression => {
      const part = this.known(() => templar.template(expression))
      return part === undefined || part === null || part instanceof Mapping ? undefined : str(part)
    })
  }

  private text(raw: Value, templar: Templar): string | undefined {
    const value = mayHoldTemplate(raw) ? this.known(() => templar.template(raw)) : raw
    return value === undefined || value === null || value instanceof Mapping ? undefined : str(value)
  }

  /** The machine that the task acts on; two names of one address are one machine. */
  private place(
    templar: Templar,
    vars: TaskVars,
    isItemUnknown: boolean,
  ): { readonly target: string; readonly isLocal: boolean } | undefined {
    const { task, host } = this.run
    const raw = rawField(task, 'delegate_to')
    if (raw === null || raw === '') return this.machine(host.name, templar)
    if (isItemUnknown && mayHoldTemplate(raw)) return undefined
    const name = this.text(raw, templar)
    if (name === undefined) return undefined
    if (name === '') return this.machine(host.name, templar)
    const delegation = this.known(() => vars.manager.delegate(vars, name))
    return delegation === undefined ? undefined : this.machine(name, delegation.vars.templar())
  }

  private machine(name: string, templar: Templar): { readonly target: string; readonly isLocal: boolean } {
    const { task } = this.run
    const { view } = this.context
    const variable = (variableName: string) => {
      view.forgetRefusal()
      let value: Value | undefined
      try {
        value = templar.variable(variableName)
      } catch (error) {
        if (view.blocker !== undefined) throw new UnknownPlaceError(view.blocker)
        if (!(error instanceof MadansibleError)) throw error
      }
      if (view.blocker !== undefined) throw new UnknownPlaceError(view.blocker)
      return value === undefined || value === null ? undefined : str(value)
    }
    const connection = variable('ansible_connection') ?? this.text(rawField(task, 'connection'), templar) ?? 'ssh'
    const short = connection.replace(/^ansible\.(builtin|legacy)\./, '')
    if (short === 'local') return { target: 'controller', isLocal: true }
    const address = (variable('ansible_host') ?? variable('ansible_ssh_host') ?? name).toLowerCase()
    if (short !== 'ssh' && short !== 'paramiko' && short !== 'smart')
      return { target: `${short}:${name}`, isLocal: false }
    const port = variable('ansible_port') ?? variable('ansible_ssh_port') ?? '22'
    if (port === '22' && LOOPBACK.test(address)) return { target: 'controller', isLocal: true }
    return { target: LOOPBACK.test(address) ? `${address}:${port}` : address, isLocal: false }
  }

  private opaque(reason: string): Footprint {
    const place = this.place(this.context.vars.templar(), this.context.vars, false)
    return opaqueFootprint(place ?? { target: '', isLocal: true }, reason)
  }
}

/** Loop variables whose values are not known yet: whatever is made of them is not known either. */
class UnknownItem extends Map<string, Value> {
  override get(name: string): Value | undefined {
    if (this.has(name)) throw new PendingValueError(undefined, name)
    return undefined
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/
