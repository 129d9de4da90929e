// Finds the handlers that a changed task notifies, by name or by the topics they listen to.
// Mirrors search_handler_blocks_by_name and the notification part of plugins/strategy/__init__.py
// _process_pending_results (ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import type { Host } from '../inventory/index.js'
import { UndefinedVariableError } from '../jinja/index.js'
import type { Block, Handler } from '../playbook/index.js'
import { equals, str } from '../python/index.js'
import { isText, textOf, type Value } from '../python/values.js'
import type { Batch } from './batch.js'
import { errorText } from './errors.js'
import { describeTask } from './task-info.js'
import { mayHoldTemplate } from './template-text.js'

/** Notifies every handler that a name means; an unknown name is an error, or a warning if so configured. */
export function notifyHandlers(batch: Batch, name: Value, host: Host): void {
  const found = findHandlers(batch, batch.play.handlers, name)
  for (const handler of found) notify(batch, handler, host)
  if (found.length > 0) return
  const wanted = isText(name) ? textOf(name) : str(name)
  const text = `The requested handler '${wanted}' was not found in either the main handlers list nor in the listening handlers list`
  if (batch.services.config.get('ERROR_ON_MISSING_HANDLER')) throw new MadansibleError(text)
  batch.emit({ kind: 'warning', text })
}

/** Handlers that a name in `notify:` means: one by its name, and all that listen to it. */
export function findHandlers(batch: Batch, blocks: readonly Block[], name: Value): Handler[] {
  const wanted = isText(name) ? textOf(name) : str(name)
  const target = handlerByName(batch, blocks, wanted)
  const found = target === undefined ? [] : [target]
  for (const block of blocks)
    for (const handler of block.block as Handler[])
      if (handler.listen.some(topic => equals(topic, name))) found.push(handler)
  return found
}

function notify(batch: Batch, handler: Handler, host: Host): void {
  if (handler.notifyHost(host)) batch.emit({ kind: 'notify', handler: describeTask(handler), host: host.name })
}

/** The handler loaded last under a name wins. */
function handlerByName(batch: Batch, blocks: readonly Block[], wanted: string): Handler | undefined {
  for (const block of blocks.toReversed()) {
    for (const handler of block.block as Handler[]) {
      if (handler.name === '') continue
      if (!templateName(batch, handler)) continue
      if (namesOf(handler).includes(wanted)) return handler
    }
  }
  return undefined
}

/** Templates a handler's name once; false when that cannot be done with variables of no particular host. */
function templateName(batch: Batch, handler: Handler): boolean {
  if (handler.cachedName) return true
  if (mayHoldTemplate(handler.name)) {
    try {
      handler.name = str(batch.vars(handler).templar().template(handler.name))
    } catch (error) {
      if (!(error instanceof UndefinedVariableError)) throw error
      if (handler.listen.length > 0) return false
      batch.emit({
        kind: 'warning',
        text:
          `Handler '${handler.name}' is unusable because it has no listen topics and the name could not be templated ` +
          `(host-specific variables are not supported in handler names). The error: ${errorText(error)}`,
      })
      return false
    }
  }
  handler.cachedName = true
  return true
}

const knownNames = new WeakMap<Handler, readonly string[]>()

function namesOf(handler: Handler): readonly string[] {
  let names = knownNames.get(handler)
  if (names === undefined || names[0] !== handler.name) {
    names = [handler.name, handler.getName({ includeRoleFqcn: false }), handler.getName()]
    knownNames.set(handler, names)
  }
  return names
}
