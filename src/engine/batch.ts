// One batch of hosts going through one play: what strategies, result processing, includes and meta tasks share.

import type { Host } from '../inventory/index.js'
import type { Play, Task } from '../playbook/index.js'
import type { Value } from '../python/values.js'
import type { EarlyView, TaskVars, VariableManager } from '../variables/index.js'
import type { EventSink } from './events.js'
import { IncludeStore } from './include-store.js'
import type { PlayIterator } from './play-iterator.js'
import type { RunState } from './run-state.js'
import type { EngineServices } from './services.js'

/** Which hosts are in play at one moment. Ansible computes it when a task is queued: it stays so while the task runs. */
export interface Standing {
  readonly removedHosts: readonly string[]
  /** ansible_current_hosts and ansible_failed_hosts. */
  readonly status: ReadonlyMap<string, Value>
}

export class Batch {
  /** Names of the hosts of this batch; replaced as a whole when it changes. */
  hosts: readonly string[] = []
  /** Task files and roles of this play that were read ahead of their turn. */
  readonly includes = new IncludeStore()
  /** Names of all hosts of the play. */
  hostsAll: readonly string[] = []
  #statusVars: ReadonlyMap<string, Value> | undefined
  #statusOf: readonly unknown[] = []

  constructor(
    readonly services: EngineServices,
    readonly play: Play,
    readonly iterator: PlayIterator,
    readonly state: RunState,
    /** Nothing new is started once this is aborted. */
    readonly stopSignal: AbortSignal,
  ) {
    this.refreshHosts()
  }

  get emit(): EventSink {
    return this.services.onEvent
  }
  get isStopped(): boolean {
    return this.stopSignal.aborted
  }

  /** Asks the inventory again which hosts take part. */
  refreshHosts(): void {
    const { inventory } = this.services
    const pattern = hostPattern(this.play)
    this.hostsAll = inventory.listHosts(pattern, { ignoreRestrictions: true }).map(host => host.name)
    this.hosts = inventory.listHosts(pattern, { order: orderOf(this.play) }).map(host => host.name)
  }

  /** Hosts of the batch that can be reached. */
  hostsLeft(): Host[] {
    const { inventory } = this.services
    const left: Host[] = []
    for (const name of this.hosts) {
      if (this.state.unreachableHosts.has(name)) continue
      const host = inventory.hosts.get(name) ?? inventory.getHost(name)
      if (host !== undefined) left.push(host)
    }
    return left
  }

  /** Hosts that match the play's pattern within the batch. */
  playHosts(): Host[] {
    return this.services.inventory.listHosts(hostPattern(this.play))
  }

  /** `variables`: through whose eyes they are seen; the manager's own by default. */
  vars(
    task: Task | undefined,
    host?: Host,
    variables = this.services.variables,
    removedHosts?: () => readonly string[],
  ): TaskVars {
    return variables.getVars({
      play: this.play,
      task,
      host,
      hosts: this.hosts,
      hostsAll: this.hostsAll,
      removedHosts,
    })
  }

  /** Variables for running a task, with those that tell how the batch is doing: as it is now. */
  jobVars(task: Task, host: Host): TaskVars {
    const { removedHosts, status } = this.standing()
    return this.vars(task, host, undefined, () => removedHosts).with(status)
  }
  /**
   * The same for a task that is run early, through its eyes. `standing`: when its turn came; undefined before that, when
   * the view refuses what may yet be otherwise.
   */
  earlyJobVars(
    task: Task,
    host: Host,
    variables: VariableManager,
    standing: () => Standing | undefined = () => undefined,
  ): TaskVars {
    const now = () => standing() ?? this.standing()
    const vars = this.vars(task, host, variables, () => now().removedHosts)
    return vars.with(new EarlyStatus(() => now().status, variables.view))
  }

  /** Which hosts are in play now. */
  standing(): Standing {
    return { removedHosts: this.play.removedHosts, status: this.#status() }
  }

  /** ansible_current_hosts and ansible_failed_hosts. */
  #status(): ReadonlyMap<string, Value> {
    const { failedHosts, unreachableHosts } = this.state
    const basis = [this.hosts, failedHosts.version, unreachableHosts.version]
    if (this.#statusVars === undefined || basis.some((part, index) => part !== this.#statusOf[index])) {
      this.#statusOf = basis
      this.#statusVars = new Map<string, Value>([
        ['ansible_current_hosts', this.hosts.filter(name => !failedHosts.has(name) && !unreachableHosts.has(name))],
        ['ansible_failed_hosts', this.hosts.filter(name => failedHosts.has(name))],
      ])
    }
    return this.#statusVars
  }
}

/** The status for a task that is run early: refuses what earlier tasks may yet change. */
class EarlyStatus extends Map<string, Value> {
  constructor(
    private readonly status: () => ReadonlyMap<string, Value>,
    private readonly view: EarlyView | undefined,
  ) {
    super(status())
  }
  override get(name: string): Value | undefined {
    if (!this.has(name)) return undefined
    this.view?.refuseHostsInPlay(name)
    return this.status().get(name)
  }
}

/** Pattern of a play whose `hosts` has been templated. */
export function hostPattern(play: Play): string | string[] {
  const { hosts } = play
  if (Array.isArray(hosts)) return hosts.length === 0 ? 'all' : hosts.map(String)
  return hosts === null || hosts === '' ? 'all' : String(hosts)
}

export function orderOf(play: Play): string | undefined {
  const order = play.get('order')
  return typeof order === 'string' ? order : undefined
}
