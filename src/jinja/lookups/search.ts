// Where lookups find their files. Mirrors ansible/plugins/lookup/__init__.py LookupBase (2.14).

import { isText, PyError, truth, typeName, type Value } from '../../python/index.js'
import { FileNotFoundError } from '../../yaml/index.js'
import { toText } from '../filters/conversions.js'
import type { CallContext } from '../plugin.js'

/** get_basedir: the role's folder, else the play's. */
function baseFolder(call: CallContext): string {
  const role = call.scope.get('role_path')
  return role === undefined ? call.templar.controller.loader.basedir : toText(role)
}

/** Folders a file is looked for in, most specific first: ansible_search_path, else the role or play. */
export function searchFolders(call: CallContext): string[] {
  const folders = call.scope.get('ansible_search_path')
  return Array.isArray(folders) ? folders.map(toText) : [baseFolder(call)]
}

/** find_file_in_search_path: absolute path of a file below `subdir` or beside it; undefined with a warning when missing. */
export function findFile(call: CallContext, subdir: string, needle: Value, ignoreMissing = false): string | undefined {
  const { controller } = call.templar
  if (needle !== null && !isText(needle) && truth(needle)) {
    throw new PyError('AttributeError', `'${typeName(needle)}' object has no attribute 'startswith'`)
  }
  const name = needle === null ? null : toText(needle)
  try {
    return controller.loader.pathDwimRelativeStack(searchFolders(call), subdir, name)
  } catch (error) {
    if (!(error instanceof FileNotFoundError)) throw error
    if (!ignoreMissing)
      controller.warn(`Unable to find '${name ?? 'None'}' in expected paths (use -vvvvv to see paths)`)
    return undefined
  }
}
