// Talks HTTP from the host; files of the controller that are sent along are transferred first.
// Mirrors plugins/action/uri.py (ansible-core 2.14).
import { basename } from 'node:path'
import { MadansibleError } from '../../errors.js'
import { looseBoolean } from '../../python/boolean.js'
import { str, truth, typeName } from '../../python/index.js'
import { Dict, Mapping, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionFail, mergingExits } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'

const MODULE = 'ansible.legacy.uri'

export const uri: NativeAction = {
  async run(call) {
    const { args, context } = call
    const result = call.begin({ supportsAsync: true })
    const wrapAsync = context.asyncSeconds > 0
    return mergingExits(result, async () => {
      if (looseBoolean(args.get('remote_src') ?? 'no')) {
        result.update(await call.executeModule({ name: MODULE, wrapAsync }))
        return
      }
      const transfers = new Transfers(call)
      try {
        const moduleArgs = await withTransferredFiles(call, transfers)
        result.update(await call.executeModule({ name: MODULE, args: moduleArgs, wrapAsync }))
      } finally {
        if (!wrapAsync) transfers.discard()
      }
    })
  },
}

async function withTransferredFiles(call: ActionCall, transfers: Transfers): Promise<Dict> {
  const args = call.args.copy()
  const source = args.get('src') ?? null
  if (truth(source)) return args.set('src', await transfers.put(str(source)))
  if (str(args.get('body_format') ?? 'raw') !== 'form-multipart') return args
  const body = args.get('body') ?? null
  if (!(body instanceof Mapping)) throw actionFail(`body must be mapping, cannot be type ${typeName(body)}`)
  const fields = new Dict()
  for (const [name, value] of body.entries()) fields.set(name, await transferredField(value, transfers))
  return args.set('body', fields)
}

async function transferredField(value: Value, transfers: Transfers): Promise<Value> {
  if (!(value instanceof Dict)) return value
  const fileName = value.get('filename') ?? null
  if (!truth(fileName) || truth(value.get('content') ?? null)) return value
  return value.copy().set('filename', await transfers.put(str(fileName)))
}

/** Files put into one temporary directory of the host. */
class Transfers {
  #directory: string | undefined

  constructor(private readonly call: ActionCall) {}

  /** Path on the host of a file that is searched on the controller. */
  async put(name: string): Promise<string> {
    let path: string
    try {
      path = this.call.findNeedle('files', name)
    } catch (error) {
      if (error instanceof MadansibleError) throw actionFail(error.message, error)
      throw error
    }
    this.#directory ??= await this.call.makeTemporaryDirectory()
    const remote = `${this.#directory}/${basename(path)}`
    await (await this.call.account()).putFile({ path }, remote)
    return remote
  }

  discard(): void {
    if (this.#directory !== undefined) this.call.discard(this.#directory)
  }
}
