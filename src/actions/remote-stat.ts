// Facts about a path on the host. Mirrors ActionBase._execute_remote_stat (lib/ansible/plugins/action/__init__.py, 2.14)
// and the stat module it runs. The agent answers by itself where that gives the same; else the module is run.
import { RemoteFileError } from '../agent/index.js'
import { str } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import type { ActionCall } from './action-call.js'
import { actionError } from './action-errors.js'
import { isFailed } from './result-fields.js'

export interface RemoteStat {
  readonly exists: boolean
  readonly isDirectory: boolean
  readonly isLink: boolean
  /** sha1 in hex; '1' when nothing is there, '' for what has no checksum. */
  readonly checksum: string
}

export interface StatOptions {
  readonly follow: boolean
  /** Default true. */
  readonly checksum?: boolean | undefined
}

export async function remoteStat(call: ActionCall, path: string, options: StatOptions): Promise<RemoteStat> {
  const module = call.findModule('ansible.legacy.stat')
  // The module expands variables and starts from its own directory; a stat in library/ may do anything.
  if (path.startsWith('/') && !path.includes('$') && module.fqcn === 'ansible.builtin.stat') {
    return agentStat(call, path, options)
  }
  const stat = await moduleStat(call, path, options)
  const exists = stat.get('exists') === true
  const checksum = stat.get('checksum')
  return {
    exists,
    isDirectory: stat.get('isdir') === true,
    isLink: stat.get('islnk') === true,
    checksum: exists ? (checksum === undefined ? '' : str(checksum)) : '1',
  }
}

/** Where a link finally leads (`lnk_source`), or undefined when the path is no link. */
export async function remoteLinkSource(call: ActionCall, path: string): Promise<string | undefined> {
  const stat = await moduleStat(call, path, { follow: false })
  const source = stat.get('lnk_source')
  return stat.get('islnk') === true && source !== undefined ? str(source) : undefined
}

async function agentStat(call: ActionCall, path: string, options: StatOptions): Promise<RemoteStat> {
  const account = await call.account()
  try {
    const status = await account.stat(path, { follow: options.follow, checksum: options.checksum ?? true })
    return {
      exists: status.exists,
      isDirectory: status.isDirectory,
      isLink: status.isLink,
      checksum: status.exists ? (status.checksum ?? '') : '1',
    }
  } catch (error) {
    if (error instanceof RemoteFileError) throw statError(path, error.message)
    throw error
  }
}

async function moduleStat(call: ActionCall, path: string, options: StatOptions): Promise<Dict> {
  const result = await call.executeModule({
    name: 'ansible.legacy.stat',
    args: Dict.of({ path, follow: options.follow, get_checksum: options.checksum ?? true, checksum_algorithm: 'sha1' }),
  })
  if (isFailed(result)) {
    const isSaid = (value: Value | undefined) => value !== undefined && value !== null && str(value) !== ''
    const message = ['module_stderr', 'module_stdout', 'msg'].map(key => result.get(key)).find(isSaid)
    throw statError(path, message === undefined ? 'None' : str(message))
  }
  return result.get('stat') as Dict
}

function statError(path: string, reason: string): Error {
  return actionError(`Failed to get information on remote file (${path}): ${reason}`)
}
