// Early ends of an action. Mirrors AnsibleActionFail and AnsibleActionSkip (lib/ansible/errors/__init__.py, 2.14).
import { ActionExit } from '../engine/index.js'
import { MadansibleError } from '../errors.js'
import { Dict } from '../python/values.js'

/** Fails the task with a message. `cause` is what Python's traceback would end with. */
export function actionFail(message: string, cause?: unknown): ActionExit {
  return new ActionExit(Dict.of({ failed: true, msg: message, exception: tracebackText(cause) }))
}

/** Skips the task. */
export function actionSkip(message: string): ActionExit {
  return new ActionExit(Dict.of({ skipped: true, msg: message }))
}

/** An AnsibleError: the task fails with this message. */
export function actionError(message: string, cause?: unknown): MadansibleError {
  return new MadansibleError(message, { cause })
}

/** traceback.format_exc(): its last line names the exception, which is what callbacks show. */
export function tracebackText(cause: unknown): string {
  if (!(cause instanceof Error)) return 'NoneType: None\n'
  return `Traceback (most recent call last):\n${pythonName(cause)}: ${cause.message}\n`
}

/** Full name of the Python exception that stands for an error here. */
export function pythonName(error: Error): string {
  const { pyModule } = error as { pyModule?: unknown }
  const name = pythonType(error)
  if (typeof pyModule === 'string') return `${pyModule}.${name}`
  return error instanceof MadansibleError ? `ansible.errors.${name}` : name
}

/** `type(e).__name__` of that exception. */
export function pythonType(error: Error): string {
  const { pyType } = error as { pyType?: unknown }
  if (typeof pyType === 'string') return pyType
  return error instanceof MadansibleError ? 'AnsibleError' : error.name
}

/** Runs `work`; an AnsibleAction it throws is merged into `result`, as `except AnsibleAction as e: result.update(e.result)`. */
export async function mergingExits(result: Dict, work: () => Promise<unknown>): Promise<Dict> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ActionExit)) throw error
    result.update(error.result)
  }
  return result
}
