// Loads what a round of tasks has included and puts it next for the hosts that included it.
// Mirrors _load_included_file of plugins/strategy/__init__.py and its use in linear.py and free.py (ansible-core 2.14).

import { MadansibleError, ParserError } from '../errors.js'
import type { Host } from '../inventory/index.js'
import {
  type Block,
  type Handler,
  type IncludeRole,
  isHandler,
  loadIncludedRole,
  loadIncludedTasks,
  type Task,
} from '../playbook/index.js'
import { str } from '../python/index.js'
import type { Batch } from './batch.js'
import { errorText } from './errors.js'
import type { ReadInclude } from './include-store.js'
import { collectIncludes, type IncludedFile } from './included-files.js'
import { reportFailedInclude } from './process-result.js'
import { describeTask } from './task-info.js'
import type { TaskResult } from './task-result.js'

/**
 * Expands the includes among `outcomes`. Tasks are given back flat, for strategies that keep hosts in step.
 * A file that cannot be loaded fails its hosts; one that cannot be parsed ends the run.
 */
export function expandIncludes(batch: Batch, outcomes: readonly TaskResult[], hostsLeft: readonly Host[]): Task[] {
  const includes = collectIncludes(batch, outcomes)
  if (includes.length === 0) return []
  const blocksOf = new Map<string, Block[]>(hostsLeft.map(host => [host.name, []]))
  const tasks: Task[] = []
  const failed = new Map<string, Host>()
  for (const included of includes) {
    const blocks = loadOrFail(batch, included, failed)
    if (blocks === undefined) continue
    for (const final of blocks) {
      if (!isHandler(included.task)) tasks.push(...final.getTasks())
      for (const host of included.hosts) blocksOf.get(host.name)?.push(final)
    }
  }
  for (const host of failed.values()) {
    batch.state.failedHosts.add(host.name)
    batch.iterator.markFailed(host)
  }
  for (const host of hostsLeft) {
    const blocks = blocksOf.get(host.name)
    if (blocks !== undefined && blocks.length > 0) batch.iterator.addBlocks(host, blocks)
  }
  return tasks
}

function loadOrFail(batch: Batch, included: IncludedFile, failed: Map<string, Host>): readonly Block[] | undefined {
  try {
    const { blocks, handlerBlocks } = included.isRole ? readOnce(batch, included) : loadTasks(batch, included)
    if (handlerBlocks.length > 0) batch.play.handlers = [...batch.play.handlers, ...handlerBlocks]
    batch.iterator.refreshHandlers()
    return blocks
  } catch (error) {
    if (!(error instanceof MadansibleError) || error instanceof ParserError) throw error
    // Roles have no include event, so the reason would be lost.
    if (included.isRole) batch.emit({ kind: 'error', text: errorText(error), wrap: false })
    for (const outcome of included.results) {
      outcome.result.set('failed', true)
      failed.set(outcome.host.name, outcome.host)
    }
    return undefined
  }
}

/** Reads a task file or role; nothing of the play changes. */
export function readInclude(batch: Batch, included: IncludedFile): ReadInclude {
  const { blocks, handlerBlocks } = included.isRole
    ? loadIncludedRole(included.task as IncludeRole, included.vars, batch.play)
    : { blocks: readTasks(batch, included), handlerBlocks: [] }
  return { blocks: blocks.map(block => finishBlock(batch, included, block)), handlerBlocks }
}

function readTasks(batch: Batch, { task, filename, vars }: IncludedFile): Block[] {
  return loadIncludedTasks(task, str(filename), vars, { isHandler: isHandler(task), play: batch.play })
}

const readOnce = (batch: Batch, included: IncludedFile): ReadInclude =>
  batch.includes.take(included) ?? readInclude(batch, included)

const NOTHING: ReadInclude = { blocks: [], handlerBlocks: [] }

function loadTasks(batch: Batch, included: IncludedFile): ReadInclude {
  const file = str(included.filename)
  let read: ReadInclude
  try {
    read = readOnce(batch, included)
  } catch (error) {
    if (!(error instanceof MadansibleError) || error instanceof ParserError) throw error
    const reason = isMissingFile(error)
      ? `Could not find or access '${file}' on the Ansible Controller.`
      : errorText(error)
    reportFailedInclude(batch, included.results, reason)
    throw new MadansibleError(reason, { cause: error })
  }
  if (read.blocks.length === 0 && batch.services.loader.loadFile(file, { copy: false }) === null) return NOTHING
  for (const host of included.hosts) batch.state.stats.increment('ok', host.name)
  const hosts = included.hosts.map(host => host.name)
  batch.emit({ kind: 'include', task: describeTask(included.task), file, hosts, vars: included.vars })
  return read
}

function isMissingFile(error: MadansibleError): boolean {
  return error.code === 'MADANSIBLE_FILE_NOT_FOUND'
}

/** Included handlers are notified for the hosts that included them; included tasks are chosen by tags. */
function finishBlock(batch: Batch, included: IncludedFile, block: Block): Block {
  if (!isHandler(included.task)) return block.filterTaggedTasks(batch.vars(block.getFirstParentInclude()))
  for (const handler of block.block as Handler[]) {
    handler.notifiedHosts.clear()
    for (const host of included.hosts) handler.notifiedHosts.add(host.name)
  }
  return block
}
