// Variables that do not depend on the host: defaults and vars of roles, vars of plays and tasks.
// Combined once per play, role and task, and kept. Mirrors the rest of VariableManager.get_vars (2.14).

import { combineVars } from '../inventory/index.js'
import { isAction } from '../playbook/actions.js'
import { changeCount } from '../playbook/base.js'
import type { Play, Role, Task } from '../playbook/index.js'
import { Dict } from '../python/values.js'

/** Role defaults and variables as one chain of roles shows them. */
export interface RoleLayers {
  readonly defaults: Dict
  readonly vars: Dict
  readonly params: Dict
}
/** What all tasks of a play see of its roles. */
export interface PlayRoleLayers {
  readonly roleCount: number
  readonly defaults: Dict
  readonly vars: Dict
}
export interface TaskLayers {
  readonly at: number
  readonly vars: Dict
  readonly includeParams: Dict
  readonly role: RoleLayers | undefined
}

const NO_CHAIN: readonly Role[] = []

export class PlayLayers {
  readonly #roles = new WeakMap<Role, WeakMap<readonly Role[], RoleLayers>>()
  readonly #plays = new WeakMap<Play, PlayRoleLayers>()
  readonly #tasks = new WeakMap<Task, TaskLayers>()

  constructor(
    readonly behaviour: 'replace' | 'merge',
    /** DEFAULT_PRIVATE_ROLE_VARS: roles do not see one another's vars. */
    readonly arePrivate: boolean,
  ) {}

  ofPlay(play: Play): PlayRoleLayers {
    const known = this.#plays.get(play)
    if (known !== undefined && known.roleCount === play.roles.length) return known
    const combine = (dicts: readonly Dict[]) => {
      let result = new Dict()
      for (const dict of dicts) if (dict.size > 0) result = combineVars(result, dict, this.behaviour)
      return result
    }
    const layers = {
      roleCount: play.roles.length,
      defaults: combine(play.roles.map(role => role.getDefaultVars())),
      vars: this.arePrivate ? new Dict() : combine(play.roles.map(role => role.getVars([], false))),
    }
    this.#plays.set(play, layers)
    return layers
  }

  ofTask(task: Task): TaskLayers {
    const known = this.#tasks.get(task)
    const at = changeCount()
    if (known?.at === at) return known
    const layers = {
      at,
      vars: task.getVars(),
      includeParams: task.getIncludeParams(),
      role: task.role === undefined ? undefined : this.#ofRole(task.role, task.getDepChain() ?? NO_CHAIN),
    }
    this.#tasks.set(task, layers)
    return layers
  }

  #ofRole(role: Role, chain: readonly Role[]): RoleLayers {
    let byChain = this.#roles.get(role)
    if (byChain === undefined) {
      byChain = new WeakMap()
      this.#roles.set(role, byChain)
    }
    let layers = byChain.get(chain)
    if (layers === undefined) {
      layers = {
        defaults: role.getDefaultVars(chain),
        vars: role.getVars(chain, false),
        params: role.getRoleParams(chain),
      }
      byChain.set(chain, layers)
    }
    return layers
  }

  /** Whether a task sees the defaults of its own role above those of others. */
  static showsOwnDefaults(task: Task, play: Play | undefined): boolean {
    return task.role !== undefined && (play !== undefined || isAction(task.action, 'includeRole'))
  }
}
