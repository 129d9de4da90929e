// Runs a task once for each item of its loop and gathers the results in `results`.
// Mirrors TaskExecutor._run_loop and the summary in TaskExecutor.run (executor/task_executor.py, ansible-core 2.14).

import { type Templar, UndefinedVariableError } from '../jinja/index.js'
import { isAction, isHandler, postValidate } from '../playbook/index.js'
import { numberOf, truth } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { abortableSleep, throwIfStopped } from './abortable.js'
import { errorText } from './errors.js'
import { BATCH_SIZE, mayBatch, ReadWatch } from './loop-batching.js'
import { type Preparation, prepareCall } from './prepare-call.js'
import { concludeBatched } from './run-call.js'
import { completeItem, writesOf } from './run-item.js'
import { settle } from './services.js'
import { rawField, TaskFields } from './task-fields.js'
import { resultFields } from './task-info.js'
import type { JobRun } from './task-job.js'
import { isTrue, TaskResult } from './task-result.js'
import { mayHoldTemplate } from './template-text.js'

/** loop_control with every option templated. */
interface LoopOptions {
  readonly loopVar: string
  readonly indexVar: string | undefined
  /** Templated for each item. */
  readonly label: Value
  readonly pauseSeconds: number
  readonly extended: boolean
  readonly extendedAllItems: boolean
}

/** Runs all items; `fields` gets what the loop as a whole ends with (no_log, ignore_errors). */
export async function runLoop(
  run: JobRun,
  items: readonly Value[],
  fields: TaskFields,
  templar: Templar,
): Promise<Dict> {
  const results = await new LoopRun(withLoopCache(run, items), items, loopOptions(run, templar), fields).run()
  return summary(results, fields)
}

/** Where items decide which host a task is delegated to, the loop must not be computed a second time for that. */
function withLoopCache(run: JobRun, items: readonly Value[]): JobRun {
  const { job } = run
  if (!mayHoldTemplate(rawField(job.task, 'delegate_to'))) return run
  return run.withVars(job.vars.with(new Map([['_ansible_loop_cache', [...items]]])))
}

function loopOptions(run: JobRun, templar: Templar): LoopOptions {
  const { loopControl } = run.job.task
  const values = postValidate(loopControl, templar)
  const loopVar = textValue(values.get('loop_var')) ?? 'item'
  const label = loopControl.label
  return {
    loopVar,
    indexVar: textValue(values.get('index_var')),
    label: label === null || label === '' ? `{{${loopVar}}}` : label,
    pauseSeconds: numberOf(values.get('pause')) ?? 0,
    extended: truth(values.get('extended')),
    extendedAllItems: truth(values.get('extended_allitems')),
  }
}

const textValue = (value: Value): string | undefined =>
  isText(value) && textOf(value) !== '' ? textOf(value) : undefined

/** One item on its way to its result. */
interface LoopItem {
  readonly index: number
  readonly itemVars: ReadonlyMap<string, Value>
  readonly vars: TaskVars
  readonly fields: TaskFields
  readonly preparation: Preparation
}

class LoopRun {
  readonly #run: JobRun
  readonly #items: readonly Value[]
  readonly #options: LoopOptions
  readonly #fields: TaskFields
  /** Variables that items leave behind for the items after them. */
  readonly #kept = new Map<string, Value>()
  #noLog: Value = false

  constructor(run: JobRun, items: readonly Value[], options: LoopOptions, fields: TaskFields) {
    this.#run = run
    this.#items = items
    this.#options = options
    this.#fields = fields
  }

  async run(): Promise<Dict[]> {
    this.#warnAboutLoopVar()
    const { task } = this.#run.job
    const isBatched = this.#items.length > 1 && this.#options.pauseSeconds === 0 && mayBatch(task, this.#run.services)
    const results = isBatched ? await this.#runBatched() : await this.#runInTurn()
    this.#fields.set('no_log', this.#noLog)
    return results
  }

  async #runInTurn(): Promise<Dict[]> {
    const results: Dict[] = []
    for (let index = 0; index < this.#items.length; index++) {
      if (index > 0) await abortableSleep(this.#options.pauseSeconds * 1000, this.#run.services.stopSignal)
      const item = await this.#prepared(index)
      results.push(await this.#completed(item, () => completeItem(this.#run, item.preparation)))
    }
    return results
  }

  /** Items are prepared ahead and sent together, up to the first one that needs the result of an earlier one. */
  async #runBatched(): Promise<Dict[]> {
    const results: Dict[] = []
    let waiting: LoopItem[] = []
    const flush = async () => {
      results.push(...(await this.#runTogether(waiting)))
      waiting = []
    }
    for (let index = 0; index < this.#items.length; index++) {
      const watch = new ReadWatch(this.#run.job.task.register)
      let item: LoopItem
      try {
        item = await this.#prepared(index, watch)
      } catch (error) {
        await flush()
        throw error
      }
      if (waiting.length > 0 && (watch.wasRead || waiting.length >= BATCH_SIZE)) {
        await flush()
        if (watch.wasRead) item = await this.#prepared(index)
      }
      waiting.push(item)
    }
    await flush()
    return results
  }

  async #runTogether(items: readonly LoopItem[]): Promise<Dict[]> {
    if (items[0]?.index !== 0) throwIfStopped(this.#run.services.stopSignal)
    const calls = items.flatMap(({ preparation }) => (preparation.kind === 'ready' ? [preparation.call] : []))
    const { actions } = this.#run.services
    const answers = calls.length > 1 ? await actions.runBatch?.(calls.map(call => call.context)) : undefined
    const results: Dict[] = []
    let next = 0
    for (const item of items) {
      const { preparation } = item
      const answer = preparation.kind === 'ready' ? answers?.[next++] : undefined
      results.push(
        await this.#completed(item, () =>
          preparation.kind === 'ready' && answer !== undefined
            ? concludeBatched(this.#run, preparation.call, answer)
            : completeItem(this.#run, preparation),
        ),
      )
    }
    return results
  }

  /** The items before it may have been done: what is not known yet is waited for here, not by beginning again. */
  async #prepared(index: number, watch?: ReadWatch): Promise<LoopItem> {
    let failed: TaskFields | undefined
    const prepare = (): LoopItem => {
      failed = undefined
      const itemVars = this.#itemVars(index)
      const kept = this.#run.job.vars.with(new Map([...this.#kept, ...itemVars]))
      const vars = watch === undefined ? kept : kept.with(watch)
      const fields = new TaskFields(this.#run.job.task)
      failed = fields
      return { index, itemVars, vars, fields, preparation: prepareCall(this.#run, vars, fields) }
    }
    try {
      return await settle(this.#run.services, prepare)
    } catch (error) {
      // The error becomes the result of the whole task; it is judged by the keywords of this item.
      if (failed !== undefined) this.#fields.adopt(failed)
      throw error
    }
  }

  async #completed(item: LoopItem, complete: () => Promise<Dict>): Promise<Dict> {
    const { fields, index, itemVars, vars } = item
    let result: Dict
    try {
      result = await complete()
    } catch (error) {
      this.#fields.adopt(fields)
      throw error
    }
    const { register } = this.#run.job.task
    if (item.preparation.kind === 'ready') {
      for (const [name, value] of writesOf(result, this.#run, vars, fields.action)) this.#kept.set(name, value)
    }
    if (!truth(this.#noLog)) this.#noLog = fields.get('no_log')
    const finished = await settle(this.#run.services, () =>
      this.#finishItem(result.copy(), this.#items[index] as Value, index, itemVars, fields),
    )
    // Later items see the registered result with the item in it.
    if (register !== undefined && this.#kept.get(register) === result) this.#kept.set(register, finished.copy())
    return finished
  }

  #finishItem(
    result: Dict,
    item: Value,
    index: number,
    itemVars: ReadonlyMap<string, Value>,
    fields: TaskFields,
  ): Dict {
    const { loopVar, indexVar, extended, label } = this.#options
    result.set(loopVar, item)
    result.set('ansible_loop_var', loopVar)
    if (indexVar !== undefined) {
      result.set(indexVar, index)
      result.set('ansible_index_var', indexVar)
    }
    if (extended) result.set('ansible_loop', itemVars.get('ansible_loop') as Value)
    result.set('_ansible_item_result', true)
    result.set('_ansible_ignore_errors', fields.get('ignore_errors'))
    try {
      const templar = this.#run.job.vars.with(new Map([...this.#kept, ...itemVars])).templar()
      result.set('_ansible_item_label', templar.template(label))
    } catch (error) {
      if (!(error instanceof UndefinedVariableError)) throw error
      result.set('failed', true)
      result.set('msg', `Failed to template loop_control.label: ${errorText(error)}`)
    }
    this.#report(new TaskResult(this.#run.job.host, fields, result))
    return result
  }

  #report(outcome: TaskResult): void {
    const { onEvent } = this.#run.services
    const about = resultFields(outcome)
    if (outcome.isFailed || outcome.isUnreachable) return onEvent({ kind: 'itemFailed', ...about })
    if (outcome.isSkipped) return onEvent({ kind: 'itemSkipped', ...about })
    if (truth(rawField(this.#run.job.task, 'diff'))) onEvent({ kind: 'diff', ...about })
    if (!isAction(outcome.fields.action, 'inventoryTasks')) onEvent({ kind: 'itemOk', ...about })
  }

  #itemVars(index: number): Map<string, Value> {
    const { loopVar, indexVar, extended } = this.#options
    const vars = new Map<string, Value>([
      ['ansible_loop_var', loopVar],
      [loopVar, this.#items[index] as Value],
    ])
    if (indexVar !== undefined) {
      vars.set('ansible_index_var', indexVar)
      vars.set(indexVar, index)
    }
    if (extended) vars.set('ansible_loop', this.#extendedLoop(index))
    return vars
  }

  #extendedLoop(index: number): Dict {
    const items = this.#items
    const length = items.length
    const loop = Dict.of({
      index: index + 1,
      index0: index,
      first: index === 0,
      last: index + 1 === length,
      length,
      revindex: length - index,
      revindex0: length - index - 1,
    })
    if (this.#options.extendedAllItems) loop.set('allitems', [...items])
    const next = items[index + 1]
    if (next !== undefined) loop.set('nextitem', next)
    const previous = items[index - 1]
    if (previous !== undefined) loop.set('previtem', previous)
    return loop
  }

  #warnAboutLoopVar(): void {
    const { task, vars } = this.#run.job
    const { loopVar } = this.#options
    if (!vars.has(loopVar)) return
    this.#run.services.onEvent({
      kind: 'warning',
      text:
        `${isHandler(task) ? 'HANDLER' : 'TASK'}: ${task.getName()}: The loop variable '${loopVar}' is already in use. ` +
        'You should set the `loop_var` value in the `loop_control` option for the task' +
        ' to something else to avoid variable collisions and unexpected behavior.',
    })
  }
}

/** The result of the whole loop. */
function summary(results: Dict[], fields: TaskFields): Dict {
  const whole = Dict.of({ results, skipped: true })
  for (const result of results) {
    if (isTrue(result, 'changed')) whole.set('changed', true)
    if (!isTrue(result, 'skipped')) whole.set('skipped', false)
    if (isTrue(result, 'failed')) noteFailure(whole, result, fields)
    for (const key of ['warnings', 'deprecations']) moveMessages(whole, result, key)
  }
  if (!isTrue(whole, 'failed')) whole.set('msg', 'All items completed')
  if (isTrue(whole, 'skipped')) whole.set('msg', 'All items skipped')
  return whole
}

/** Errors are ignored only if those of every failed item are. */
function noteFailure(whole: Dict, result: Dict, fields: TaskFields): void {
  const ignored = result.get('_ansible_ignore_errors') ?? null
  result.delete('_ansible_ignore_errors')
  if (!isTrue(whole, 'failed')) {
    whole.set('failed', true)
    whole.set('msg', 'One or more items failed')
    fields.set('ignore_errors', ignored)
  } else if (fields.isTrue('ignore_errors') && !truth(ignored)) {
    fields.set('ignore_errors', ignored)
  }
}

function moveMessages(whole: Dict, result: Dict, key: string): void {
  const messages = result.get(key)
  if (messages === undefined || !truth(messages)) return
  const list = Array.isArray(messages) ? messages : [messages]
  whole.set(key, [...((whole.get(key) as Value[] | undefined) ?? []), ...list])
  result.delete(key)
}
