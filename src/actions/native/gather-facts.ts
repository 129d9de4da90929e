// Gathers facts with the modules that FACTS_MODULES names. Mirrors plugins/action/gather_facts.py (ansible-core 2.14).

import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { mergeHash } from '../../inventory/index.js'
import { strictBoolean } from '../../python/boolean.js'
import { str, typeName } from '../../python/index.js'
import { Dict, isText, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { withDefaultsOf } from '../module-defaults.js'
import { isSet } from '../result-fields.js'

const SETUP_NAMES = new Set(['setup', 'ansible.builtin.setup', 'ansible.legacy.setup'])

export const gatherFacts: NativeAction = {
  async run(call) {
    const gathering = new Gathering(call, call.begin().set('ansible_facts', new Dict()))
    const modules = factModules(call)
    const parallel = call.context.vars.get('ansible_facts_parallel') ?? call.arg('parallel') ?? null
    call.args.delete('parallel')
    // As in ansible-core: one after the other unless `parallel` is given and false.
    if (parallel === null ? modules.length >= 1 : strictBoolean(call.context.templar.template(parallel))) {
      for (const module of modules) gathering.add(module, await run(call, module))
    } else await gathering.inBackground(modules)
    return gathering.finish(modules.length)
  },
}

function factModules(call: ActionCall): string[] {
  const { config } = call.state.services
  const given = call.context.connectionVars.get('ansible_facts_modules')
  const configured = given === undefined ? config.get('FACTS_MODULES') : call.context.templar.template(given)
  const modules = (
    isText(configured as Value) ? str(configured as Value).split(',') : (configured as Value[]).map(str)
  ).map(name => name.trim())
  const smart = modules.indexOf('smart')
  if (smart < 0) return modules
  modules.splice(smart, 1)
  return [...modules, moduleForPlatform(call)]
}

function moduleForPlatform(call: ActionCall): string {
  const { config } = call.state.services
  const facts = call.context.vars.get('ansible_facts')
  const networkOs =
    call.arg('network_os') ??
    call.context.vars.get('ansible_network_os') ??
    (facts instanceof Dict ? facts.get('network_os') : undefined)
  const map = config.get('CONNECTION_FACTS_MODULES') as unknown
  const platform = networkOs ? str(call.context.templar.template(networkOs)) : call.context.connection.kind
  const named = map instanceof Dict ? map.get(platform) : (map as Record<string, unknown> | null)?.[platform]
  return typeof named === 'string' ? named : 'ansible.legacy.setup'
}

function run(call: ActionCall, module: string, wrapAsync = false): Promise<Dict> {
  return call.executeModule({ name: module, args: moduleArguments(call, module), wrapAsync })
}

function moduleArguments(call: ActionCall, module: string): Dict {
  const args = call.args.copy()
  if (!SETUP_NAMES.has(module)) dropSetupArguments(call, module, args)
  for (const [key, value] of [...args.entries()]) if (value === null) args.delete(key)
  return withDefaultsOf(call, module, args)
}

function dropSetupArguments(call: ActionCall, module: string, args: Dict): void {
  const take = (name: string): Value => {
    const value = args.get(name) ?? null
    args.delete(name)
    return value
  }
  if (!/(^|\.)(network_cli|httpapi|netconf)$/.test(call.context.connection.kind)) {
    const subset = take('gather_subset')
    const isAll = Array.isArray(subset)
      ? subset.length === 1 && str(subset[0] as Value) === 'all'
      : str(subset) === 'all'
    if (!isAll) call.warn(`Ignoring subset(${str(subset)}) for ${module}`)
  }
  const timeout = take('gather_timeout')
  if (timeout !== null) call.warn(`Ignoring timeout(${str(timeout)}) for ${module}`)
  const filter = take('filter')
  if (filter !== null) call.warn(`Ignoring filter(${str(filter)}) for ${module}`)
}

/** Results of several modules put together. */
class Gathering {
  readonly #failed = new Dict()
  readonly #skipped = new Dict()

  constructor(
    private readonly call: ActionCall,
    private result: Dict,
  ) {}

  add(module: string, result: Dict): void {
    if (isSet(result, 'failed')) this.#failed.set(module, result)
    else if (isSet(result, 'skipped')) this.#skipped.set(module, result)
    else {
      const part = Dict.of({
        ansible_facts: result.get('ansible_facts') ?? new Dict(),
        warnings: result.get('warnings') ?? [],
        deprecations: result.get('deprecations') ?? [],
      })
      this.result = mergeHash(this.result, part, true, 'append_rp')
    }
  }

  /** Starts all modules at once and asks for their results until all are there. */
  async inBackground(modules: readonly string[]): Promise<void> {
    const jobs = new Map<string, Dict>()
    for (const module of modules) {
      this.call.verbose(4, `Running ${module}`)
      jobs.set(module, await run(this.call, module, true))
    }
    while (jobs.size > 0) {
      for (const [module, job] of [...jobs]) {
        const id = job.get('ansible_job_id')
        const file = job.get('results_file')
        if (id === undefined || file === undefined)
          throw actionError(`${module} could not be started: ${typeName(job)}`)
        const status = await this.call.executeModule({
          name: 'ansible.legacy.async_status',
          args: Dict.of({ jid: id, _async_dir: dirname(str(file)) }),
        })
        if (status.get('finished') !== 1) continue
        this.add(module, status)
        jobs.delete(module)
      }
      if (jobs.size > 0) await sleep(500, undefined, { signal: this.call.context.signal })
    }
  }

  finish(moduleCount: number): Dict {
    const { result } = this
    const names = (dict: Dict) => [...dict.keys()].map(str).join(', ')
    if (this.#skipped.size > 0) {
      result.set('msg', `The following modules were skipped: ${names(this.#skipped)}\n`)
      result.set('skipped_modules', this.#skipped)
      if (this.#skipped.size === moduleCount) result.set('skipped', true)
    }
    if (this.#failed.size > 0) {
      result.set('failed', true)
      result.set('msg', `The following modules failed to execute: ${names(this.#failed)}\n`)
      result.set('failed_modules', this.#failed)
    }
    ;(result.get('ansible_facts') as Dict).set('_ansible_facts_gathered', true)
    return result.set('_ansible_verbose_override', true)
  }
}
