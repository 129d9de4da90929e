// vars_files of plays: read once, or once per host when their names hold variables.
// Mirrors the vars_files part of VariableManager.get_vars in ansible/vars/manager.py (2.14).

import { MadansibleError } from '../errors.js'
import { combineVars } from '../inventory/index.js'
import { type Templar, UndefinedVariableError } from '../jinja/index.js'
import type { Play } from '../playbook/index.js'
import { isConstant } from '../playbook/templates.js'
import { repr, str } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { FileNotFoundError } from '../yaml/index.js'
import { TaskVars, type VarsQuery } from './task-vars.js'
import { preprocessVars } from './variable-files.js'
import type { VariableManager } from './variable-manager.js'

interface Known {
  readonly key: string
  readonly vars: Dict
}

export class VarsFiles {
  /** For file names without variables. */
  readonly #ofPlays: WeakMap<Play, Dict>
  /** For file names with variables, the last result per host. */
  readonly #ofHosts = new WeakMap<Play, Map<string, Known>>()
  readonly #said = new Set<string>()

  constructor(
    readonly manager: VariableManager,
    readonly behaviour: 'replace' | 'merge',
    /** What another one has read already. */
    known?: VarsFiles,
  ) {
    this.#ofPlays = known === undefined ? new WeakMap() : known.#ofPlays
  }

  /** Variables of the play's vars_files; `layers` are the variables below them, highest precedence first. */
  read(query: VarsQuery, layers: readonly Dict[]): Dict {
    const play = query.play as Play
    const isFixed = play.varsFiles.every(isConstant)
    const isStrict = query.includeDelegateTo !== false && query.host !== undefined
    if (isFixed) {
      let vars = this.#ofPlays.get(play)
      if (vars === undefined) {
        const found = this.#readAll(query, layers)
        vars = found.vars
        if (found.isComplete || isStrict) this.#ofPlays.set(play, vars)
      }
      return vars
    }
    const host = query.host?.name ?? ''
    const { manager } = this
    const key = [
      manager.versionOf(host),
      manager.options.inventory.version,
      query.task?.role?.uuid,
      query.task === undefined,
      isStrict,
    ].join('.')
    let hosts = this.#ofHosts.get(play)
    if (hosts === undefined) {
      hosts = new Map()
      this.#ofHosts.set(play, hosts)
    }
    const known = hosts.get(host)
    if (known?.key === key) return known.vars
    const { vars } = this.#readAll(query, layers)
    hosts.set(host, { key, vars })
    return vars
  }

  #readAll(query: VarsQuery, layers: readonly Dict[]): { vars: Dict; isComplete: boolean } {
    const play = query.play as Play
    let vars = new Dict()
    let isComplete = true
    for (const item of play.varsFiles) {
      const scope = new TaskVars(this.manager, query, [this.manager.extraVars, vars, ...layers])
      const found = this.#readItem(item, query, scope.templar({ basedir: play.basedir }))
      if (found === undefined) {
        isComplete = false
        continue
      }
      for (const dict of found) vars = combineVars(vars, dict, this.behaviour)
      this.#say(`Read vars_file '${str(item)}'`)
    }
    return { vars, isComplete }
  }

  #say(text: string): void {
    if (this.#said.has(text)) return
    this.#said.add(text)
    this.manager.options.messages.verbose(3, text)
  }

  /** Data of the first file of an item that exists; undefined when there is none and that is no mistake yet. */
  #readItem(item: Value, query: VarsQuery, templar: Templar): Dict[] | undefined {
    const play = query.play as Play
    try {
      for (const candidate of Array.isArray(item) ? item : [item]) {
        const name = isConstant(candidate) ? candidate : templar.template(candidate)
        if (!isText(name))
          throw new MadansibleError(
            `Invalid vars_files entry found: ${repr(name)}\n` +
              'vars_files entries should be either a string type or a list of string types after template expansion',
          )
        const path = this.#find(play, textOf(name))
        if (path === undefined) continue
        return preprocessVars(this.manager.options.loader.loadFile(path, { copy: false, cache: false })) ?? []
      }
    } catch (error) {
      if (!(error instanceof UndefinedVariableError)) throw error
      return this.#skipUndefined(item, query)
    }
    if (query.includeDelegateTo !== false && query.host !== undefined)
      throw new FileNotFoundError(undefined, { message: `vars file ${str(item)} was not found` })
    return undefined
  }

  #find(play: Play, name: string): string | undefined {
    const { loader } = this.manager.options
    const previous = loader.basedir
    loader.basedir = play.basedir
    try {
      return loader.pathDwimRelativeStack(play.getSearchPath(), 'vars', name)
    } catch (error) {
      if (error instanceof MadansibleError && error.code === 'MADANSIBLE_FILE_NOT_FOUND') return undefined
      throw error
    } finally {
      loader.basedir = previous
    }
  }

  /** A name that cannot be computed yet is skipped, unless facts are there and it still cannot. */
  #skipUndefined(item: Value, { host, task }: VarsQuery): undefined {
    const isGathered =
      host !== undefined && task !== undefined && this.manager.factsOf(host.name).get('module_setup') === true
    if (isGathered)
      throw new UndefinedVariableError(
        `an undefined variable was found when attempting to template the vars_files item '${str(item)}'`,
      )
    this.#say(`skipping vars_file '${str(item)}' due to an undefined variable`)
    return undefined
  }
}
