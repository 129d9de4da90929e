// The YAML files of a role: main.yml and its other extensions, *_from files, directories of variables.
// Mirrors Role._load_role_yaml in ansible/playbook/role/__init__.py (2.14).

import { isAbsolute, join, relative, resolve } from 'node:path'
import { combineVars } from '../inventory/index.js'
import { truth } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import { hashBehaviour } from './base.js'
import { parserError } from './errors.js'
import type { LoadContext } from './load-context.js'

const EXTENSIONS: readonly string[] = ['.yml', '.yaml', '.json']

export interface RoleFileQuery {
  readonly context: LoadContext
  readonly roleName: string
  readonly rolePath: string
  /** tasks, vars, defaults, handlers, meta */
  readonly part: string
  /** File name without extension; `main` when left out. */
  readonly main?: string | undefined
  /** All files of a directory are combined (variables). */
  readonly allowDirectory?: boolean
}

export interface RoleFile {
  /** Null when there is none. */
  readonly data: Value
  /** Path of the last file that holds something. */
  readonly file: string | undefined
}
const NO_FILE: RoleFile = { data: null, file: undefined }

/** Data of a part of a role. Throws when a file that was asked for by name is missing. */
export function loadRoleFile(query: RoleFileQuery): RoleFile {
  const { context, rolePath, part, main } = query
  const folder = join(rolePath, part)
  if (!context.loader.isDirectory(folder)) {
    if (main !== undefined) throw missing(part, main)
    return NO_FILE
  }
  const files = context.loader.findVarsFiles(folder, main ?? 'main', {
    extensions: main === undefined ? [...EXTENSIONS, ''] : ['', ...EXTENSIONS],
    allowDirectory: query.allowDirectory ?? false,
  })
  if (files.length === 0) {
    if (main !== undefined) throw missing(part, main)
    return NO_FILE
  }
  let data = null as Value
  let last: string | undefined
  for (const file of files) {
    if (!isInside(file, folder))
      throw parserError(
        `Failed loading '${file}' for role (${query.roleName}) as it is not inside the expected role path: '${folder}'`,
      )
    const more = context.loader.loadFile(file, { copy: false })
    if (!truth(more)) continue
    data = data instanceof Dict && more instanceof Dict ? combineVars(data, more, hashBehaviour(context)) : more
    last = file
    if (!query.allowDirectory) break
  }
  return { data, file: last }
}

function missing(part: string, main: string): Error {
  return parserError(`Could not find specified file in role: ${part}/${main}`)
}

function isInside(file: string, folder: string): boolean {
  const path = relative(resolve(folder), resolve(file))
  return path !== '' && !path.startsWith('..') && !isAbsolute(path)
}
