// Unpacks an archive, transferring it first when it is on the controller. Mirrors plugins/action/unarchive.py (2.14).
import { homedir } from 'node:os'
import { MadansibleError } from '../../errors.js'
import { looseBoolean } from '../../python/boolean.js'
import { str, truth } from '../../python/index.js'
import type { ActionCall } from '../action-call.js'
import { actionFail, actionSkip, mergingExits } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { transferAndUse } from '../transfer.js'

const MODULE = 'ansible.legacy.unarchive'

export const unarchive: NativeAction = {
  async run(call) {
    const { args } = call
    const result = call.begin()
    const source = args.get('src') ?? null
    const destination = args.get('dest') ?? null
    let isRemote = looseBoolean(args.get('remote_src') ?? false)
    return mergingExits(result, async () => {
      const copyArgument = args.get('copy')
      if (copyArgument !== undefined) {
        if (args.has('remote_src')) throw actionFail("parameters are mutually exclusive: ('copy', 'remote_src')")
        isRemote = !looseBoolean(copyArgument)
        args.delete('copy')
        args.set('remote_src', isRemote)
      }
      if (source === null || destination === null) throw actionFail('src (or content) and dest are required')
      const creates = args.get('creates') ?? null
      if (truth(creates)) {
        const path = await call.expandUser(str(creates))
        if (await call.remoteFileExists(path)) throw actionSkip(`skipped, since ${path} exists`)
      }
      const target = await call.expandUser(str(destination))
      const path = str(source).replace(/^~(?=$|\/)/, homedir())
      const local = isRemote ? undefined : findArchive(call, path)
      await requireDirectory(call, target)
      const moduleArgs = args.copy()
      moduleArgs.delete('decrypt')
      if (local === undefined) {
        result.update(await call.executeModule({ name: MODULE, args: moduleArgs }))
        return
      }
      const directory = await call.makeTemporaryDirectory()
      try {
        const remote = `${directory}/source`
        moduleArgs.set('src', remote)
        const request = { name: MODULE, args: moduleArgs }
        result.update(
          await call.executeModuleWith(request, send =>
            transferAndUse(call, { kind: 'file', path: local }, remote, send),
          ),
        )
      } finally {
        call.discard(directory)
        call.state.services.loader.cleanupFile(local)
      }
    })
  },
}

function findArchive(call: ActionCall, path: string): string {
  try {
    return call.state.services.loader.realFile(call.findNeedle('files', path), truth(call.arg('decrypt') ?? true))
  } catch (error) {
    if (error instanceof MadansibleError) throw actionFail(error.message, error)
    throw error
  }
}

async function requireDirectory(call: ActionCall, path: string): Promise<void> {
  let isDirectory: boolean
  try {
    const status = await call.remoteStat(path, { follow: true, checksum: false })
    isDirectory = status.exists && status.isDirectory
  } catch (error) {
    if (error instanceof MadansibleError) throw actionFail(error.message, error)
    throw error
  }
  if (!isDirectory) throw actionFail(`dest '${path}' must be an existing dir`)
}
