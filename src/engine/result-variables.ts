// Which variables a result writes for which hosts: facts, set_fact, include_vars, registered results.
// Mirrors the fact and register parts of plugins/strategy/__init__.py _process_pending_results (ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import { isAction, isIdentifier } from '../playbook/index.js'
import { truth } from '../python/index.js'
import { Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import type { HostWrites } from '../variables/index.js'
import { registeredResult } from './clean-result.js'
import { isTrue, type TaskResult } from './task-result.js'

/** Takes what results write; the variable manager is one. */
export interface VariableSink {
  setHostFacts(host: string, facts: Mapping): void
  setNonpersistentFacts(host: string, facts: Mapping): void
  setHostVariable(host: string, name: string, value: Value): void
}

/** The results of the items of a loop, else the result itself. */
export function resultParts({ fields, result }: TaskResult): readonly Dict[] {
  if (!truth(fields.get('loop'))) return [result]
  const items = result.get('results')
  return Array.isArray(items) ? items.filter(item => item instanceof Dict) : []
}

/** Stores the facts of one part of a result; `hosts` are those that the task counts for. Changes `part`. */
export function storeFacts(sink: VariableSink, outcome: TaskResult, part: Dict, hosts: readonly string[]): void {
  const { fields } = outcome
  const facts = part.get('ansible_facts')
  if (!(facts instanceof Mapping) || isAction(fields.action, 'debug')) return
  const delegate = fields.text('delegate_to')
  if (delegate !== undefined && fields.isTrue('delegate_facts')) {
    return storeFactsOf(sink, outcome, part, facts, [delegatedName(part) ?? delegate])
  }
  let kept = facts
  if (delegate !== undefined) {
    const { always, rest } = splitDelegatedFacts(facts)
    if (always.size > 0) {
      // Ansible stores them one level too deep; where they are found decides what warnings appear later.
      sink.setHostFacts(delegatedName(part) ?? delegate, Dict.of({ ansible_facts: always }))
      part.set('ansible_facts', rest)
      kept = rest
    }
  }
  storeFactsOf(sink, outcome, part, kept, hosts)
}

function storeFactsOf(
  sink: VariableSink,
  { fields }: TaskResult,
  part: Dict,
  facts: Mapping,
  hosts: readonly string[],
): void {
  if (isAction(fields.action, 'includeVars')) {
    for (const [name, value] of facts.entries()) {
      const key = isText(name) ? textOf(name) : String(name)
      for (const host of hosts) sink.setHostVariable(host, key, value)
    }
    return
  }
  const isCacheable = isTrue(part, '_ansible_facts_cacheable')
  part.delete('_ansible_facts_cacheable')
  const isSetFact = isAction(fields.action, 'setFact')
  for (const host of hosts) {
    if (!isSetFact || isCacheable) sink.setHostFacts(host, facts)
    if (isSetFact) sink.setNonpersistentFacts(host, facts)
  }
}

function delegatedName(part: Dict): string | undefined {
  const delegation = part.get('_ansible_delegated_vars')
  const name = delegation instanceof Dict ? delegation.get('ansible_delegated_host') : undefined
  return name !== undefined && isText(name) && textOf(name) !== '' ? textOf(name) : undefined
}

/** The interpreter that was discovered belongs to the host it was discovered on. */
function splitDelegatedFacts(facts: Mapping): { always: Dict; rest: Dict } {
  const always = new Dict()
  const rest = new Dict()
  for (const [name, value] of facts.entries()) {
    const isDiscovery = isText(name) && textOf(name).startsWith('discovered_interpreter_')
    ;(isDiscovery ? always : rest).set(name, value)
  }
  return { always, rest }
}

/** Stores the registered result. */
export function register(sink: VariableSink, outcome: TaskResult, hosts: readonly string[]): void {
  const { register: name } = outcome.task
  if (name === undefined) return
  if (!isIdentifier(name)) throw new MadansibleError(`Invalid variable name in 'register' specified: '${name}'`)
  const value: Value = registeredResult(outcome.result)
  for (const host of hosts) sink.setNonpersistentFacts(host, Dict.of({ [name]: value }))
}

/** What a result will write once it is taken in; the result stays as it is. */
export function writesOfResult(outcome: TaskResult, hosts: readonly string[]): ReadonlyMap<string, HostWrites> {
  const sink = new RecordingSink()
  const isSuccess = !outcome.isFailed && !outcome.isUnreachable && !outcome.isSkipped
  if (isSuccess) for (const part of resultParts(outcome)) storeFacts(sink, outcome, part.copy(), hosts)
  register(sink, outcome, hosts)
  return sink.writes
}

interface Recorded {
  facts?: Dict
  values?: Dict
  included?: Map<string, Value>
}

class RecordingSink implements VariableSink {
  readonly writes = new Map<string, Recorded>()

  setHostFacts(host: string, facts: Mapping): void {
    const writes = this.#of(host)
    writes.facts = (writes.facts ?? new Dict()).update(facts)
  }
  setNonpersistentFacts(host: string, facts: Mapping): void {
    const writes = this.#of(host)
    writes.values = (writes.values ?? new Dict()).update(facts)
  }
  setHostVariable(host: string, name: string, value: Value): void {
    const writes = this.#of(host)
    writes.included ??= new Map()
    writes.included.set(name, value)
  }
  #of(host: string): Recorded {
    let writes = this.writes.get(host)
    if (writes === undefined) {
      writes = {}
      this.writes.set(host, writes)
    }
    return writes
  }
}
