// Includes that are decided while a play runs: which file they mean, and the blocks in it.
// Mirrors ansible/playbook/included_file.py and _load_included_file of plugins/strategy/__init__.py (2.14).

import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { MadansibleError } from '../errors.js'
import type { Templar } from '../jinja/index.js'
import { str } from '../python/index.js'
import { type Dict, isText, textOf, type Value } from '../python/values.js'
import { isAction } from './actions.js'
import type { Block } from './block.js'
import { playbookError } from './errors.js'
import { isHandler } from './handler.js'
import { FROM_ARGUMENTS, type IncludedBlocks, IncludeRole } from './include-role.js'
import { isInclude } from './inherit.js'
import { loadBlocks } from './load-tasks.js'
import { buildParentBlock } from './parent-block.js'
import type { Play } from './play.js'
import type { TaskInclude } from './task-include.js'

/**
 * Path of the file that an include names, looked for beside the includes above it, then in the role or beside the
 * playbook. `templar` sees the variables of the host and of the loop item. The file need not exist.
 */
export function findIncludedFile(include: TaskInclude, target: Value, templar: Templar): string {
  const { loader, messages } = include.context
  const { role } = include
  if (isAction(include.action, 'include'))
    messages.deprecated('"include" is deprecated, use include_tasks/import_tasks/import_playbook instead', '2.16')
  const templated = () => str(templar.template(target))
  let path: string | undefined
  let file: string | undefined
  for (let above = include.parent; above !== undefined; above = above.parent) {
    if (!isInclude(above)) continue
    const folder =
      above instanceof IncludeRole ? (above.rolePath ?? '') : folderOfParent(above, include, templar, messages.warning)
    path = path !== undefined && !isAbsolute(path) ? join(folder, path) : folder
    if (role === undefined) file = loader.pathDwimRelative(loader.basedir, path, templated())
    else {
      const candidates = [
        loader.pathDwimRelative(role.path, 'tasks', templated()),
        loader.pathDwimRelative(join(role.path, 'tasks', path), 'tasks', templated()),
      ]
      file = candidates.find(existsSync) ?? candidates[1]
    }
    if (file !== undefined && existsSync(file)) break
  }
  file ??=
    role === undefined
      ? loader.pathDwim(str(target))
      : loader.pathDwimRelative(role.path, isHandler(include) ? 'handlers' : 'tasks', templated(), true)
  return str(templar.template(file))
}

function folderOfParent(
  above: TaskInclude,
  include: TaskInclude,
  templar: Templar,
  warn: (text: string) => void,
): string {
  try {
    const file = str(templar.template(above.args.get('_raw_params') ?? null))
    // As in Python, the folder of a bare name is '': a path that is shown begins with no './'.
    return file.includes('/') ? dirname(file) : ''
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    warn(
      `Templating the path of the parent ${include.action} failed. The path to the included file may not be found. ` +
        `The error was: ${error.message}.`,
    )
    return ''
  }
}

/** The include as it stands above its tasks: with the variables of its loop item. */
function placedCopy<T extends TaskInclude>(include: T, vars: Dict): T {
  const copy = include.copy() as T
  if (vars.size > 0) copy.vars = copy.vars.copy().update(vars)
  return copy
}

/**
 * Blocks of an included task file, for one group of hosts; `vars` are those of the loop item. Throws ParserError for
 * files that cannot be understood, and a plain MadansibleError where Ansible lets the include's hosts fail.
 */
export function loadIncludedTasks(
  include: TaskInclude,
  file: string,
  vars: Dict,
  options: { readonly isHandler?: boolean; readonly play?: Play } = {},
): Block[] {
  const data = include.context.loader.loadFile(file, { copy: false })
  if (data === null) return []
  if (!Array.isArray(data)) throw playbookError('included task files must contain a list of tasks')
  const copy = placedCopy(include, vars)
  return loadBlocks(data, {
    context: include.context,
    play: options.play ?? include.play,
    parentBlock: buildParentBlock(copy),
    role: include.role,
    useHandlers: options.isHandler ?? false,
  })
}

/**
 * Copy of an include_role task for one loop item, its name, files and options templated. Keys that it uses are taken
 * out of `includeArgs`.
 */
export function templateIncludedRole(task: IncludeRole, includeArgs: Dict, templar: Templar): IncludeRole {
  const name = includeArgs.get('name') ?? includeArgs.get('role') ?? null
  includeArgs.delete('name')
  includeArgs.delete('role')
  const copy = task.copy()
  copy.adoptOptions(templar)
  copy.roleName = name === null ? null : templar.template(name)
  const files = new Map(copy.fromFiles)
  for (const key of FROM_ARGUMENTS) {
    const value = includeArgs.get(key)
    if (value === undefined) continue
    includeArgs.delete(key)
    files.set(key.slice(0, -'_from'.length), templar.template(value))
  }
  const { omit } = task.context.variables
  for (const [part, file] of files) if (isText(file) && textOf(file) === omit) files.delete(part)
  copy.fromFiles = files
  return copy
}

/** Tasks and handlers of an included role, for one group of hosts; the caller adds the handlers to the play. */
export function loadIncludedRole(task: IncludeRole, vars: Dict, play: Play): IncludedBlocks {
  return placedCopy(task, vars).loadRole(play, false)
}
