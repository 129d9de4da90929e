// Lists of tasks and blocks from YAML; imports are put in their place. Mirrors ansible/playbook/helpers.py (2.14).

import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { UndefinedVariableError } from '../jinja/index.js'
import { isText, repr, textOf } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { positionOf } from '../yaml/index.js'
import { isAction } from './actions.js'
import { Block, type TaskOrBlock } from './block.js'
import { malformed, parserError } from './errors.js'
import { Handler, HandlerTaskInclude } from './handler.js'
import { IncludeRole } from './include-role.js'
import { isInclude } from './inherit.js'
import type { LoadContext } from './load-context.js'
import { writtenAction } from './mod-args.js'
import type { Play } from './play.js'
import { yamlClass } from './python-names.js'
import type { Role } from './role.js'
import { rootPosition } from './root-position.js'
import { Task, withTaskPosition } from './task.js'
import { TaskInclude } from './task-include.js'
import { looksLikeTemplate } from './templates.js'

const INCLUDE_GUIDE = 'https://docs.ansible.com/ansible-core/2.14/user_guide/playbooks_reuse_includes.html'

/** Where a list of tasks stands. */
export interface ListPlace {
  readonly context: LoadContext
  readonly play?: Play | undefined
  readonly parent?: Block | undefined
  readonly role?: Role | undefined
  readonly useHandlers?: boolean | undefined
}

/** Where a list of blocks stands. */
export interface BlockListPlace extends Omit<ListPlace, 'parent'> {
  readonly parentBlock?: Block | Task | undefined
  readonly taskInclude?: Task | undefined
}

/** Blocks of a list that mixes tasks and blocks; neighbouring bare tasks share an implicit block. */
export function loadBlocks(data: Value, place: BlockListPlace): Block[] {
  if (data === null) return []
  if (!Array.isArray(data)) throw malformed(`${repr(data)} should be a list or None but is ${yamlClass(data)}`)
  const blocks: Block[] = []
  let bare: Value[] = []
  const flush = () => {
    if (bare.length > 0) blocks.push(Block.load(bare, place, undefined))
    bare = []
  }
  for (const item of data) {
    if (Block.isBlock(item)) {
      flush()
      blocks.push(Block.load(item, place))
    } else if (item === null) flush()
    else bare.push(item)
  }
  flush()
  return blocks
}

/** Tasks of a list; a block stays one item, an import becomes the blocks it names. */
export function loadTasks(data: Value, place: ListPlace): TaskOrBlock[] {
  if (!Array.isArray(data)) throw malformed(`The ds (${repr(data)}) should be a list but was a ${yamlClass(data)}`)
  return data.flatMap(item => {
    if (!(item instanceof Dict)) throw malformed(`The ds (${repr(data)}) should be a dict but was a ${listClass(data)}`)
    return loadItem(item, place)
  })
}

/** Python's name of a list's type: a list of bare tasks was not read from YAML as such. */
function listClass(data: Value[]): string {
  return positionOf(data) === undefined ? "<class 'list'>" : yamlClass(data)
}

function loadItem(item: Dict, place: ListPlace): TaskOrBlock[] {
  const { context, parent, role, useHandlers = false } = place
  if (item.has('block')) {
    if (useHandlers) throw parserError('Using a block as a handler is not supported.', { at: item })
    return [Block.load(item, { ...place, parentBlock: parent })]
  }
  const action = actionOf(item, context)
  const taskPlace = { context, parent, role }
  if (isAction(action, 'allIncludeImportTasks')) {
    const include = useHandlers ? new HandlerTaskInclude(taskPlace) : new TaskInclude(taskPlace)
    return loadInclude(include.loadInclude(item), action, item, place)
  }
  if (isAction(action, 'allProperIncludeImportRoles')) {
    if (useHandlers) throw parserError(`Using '${action}' as a handler is not supported.`, { at: item })
    return loadRole(new IncludeRole(taskPlace).loadInclude(item), item)
  }
  return [useHandlers ? new Handler(taskPlace).load(item) : new Task(taskPlace).load(item)]
}

function actionOf(item: Dict, context: LoadContext): string {
  try {
    return writtenAction(item, context)
  } catch (error) {
    throw withTaskPosition(error, item)
  }
}

function loadRole(include: IncludeRole, item: Dict): TaskOrBlock[] {
  if (!isAction(include.action, 'importRole')) return [include]
  if (include.loop !== undefined)
    throw parserError("You cannot use loops on 'import_role' statements. You should use 'include_role' instead.", {
      at: item,
    })
  include.staticallyLoaded = true
  return include.importBlocks().blocks
}

function loadInclude(include: TaskInclude, action: string, item: Dict, place: ListPlace): TaskOrBlock[] {
  const { context } = place
  const vars = context.variables.getVars({ play: place.play, task: include })
  if (!isImport(include, action, context)) return [include]
  if (include.loop !== undefined)
    throw parserError(
      isAction(action, 'importTasks')
        ? "You cannot use loops on 'import_tasks' statements. You should use 'include_tasks' instead."
        : "You cannot use 'static' on an include with a loop",
      { at: item },
    )
  include.staticallyLoaded = true
  const file = findImportedFile(include, item, place, vars)
  const data = context.loader.loadFile(file, { copy: false })
  if (data === null || (Array.isArray(data) && data.length === 0) || (data instanceof Dict && data.size === 0)) {
    context.messages.warning(`file ${file} is empty and had no tasks to include`)
    return []
  }
  if (!Array.isArray(data))
    throw parserError('included task files must contain a list of tasks', { at: rootPosition(data, file, context) })
  context.messages.verbose(2, `statically imported: ${file}`)
  const copy = include.copy()
  copy.parent = place.parent
  const blocks = loadBlocks(data, {
    context,
    play: place.play,
    role: place.role,
    taskInclude: copy,
    useHandlers: place.useHandlers,
  })
  for (const block of blocks) addTags(block, copy.get('tags'))
  return place.useHandlers ? blocks.flatMap(block => block.block) : blocks
}

/** include_tasks is dynamic, import_tasks static; the old include is what its file name allows. */
function isImport(include: TaskInclude, action: string, context: LoadContext): boolean {
  if (isAction(action, 'includeTasks')) return false
  if (isAction(action, 'importTasks')) return true
  context.messages.deprecated(
    `"include" is deprecated, use include_tasks/import_tasks instead. See ${INCLUDE_GUIDE} for details`,
    '2.16',
  )
  return (
    !looksLikeTemplate(include.args.get('_raw_params') ?? null) &&
    include.allParentsStatic() &&
    include.loop === undefined
  )
}

/** The block's tags and the import's, each once. */
function addTags(block: Block, tags: Value): void {
  const own = block.get('tags')
  const all = [...(Array.isArray(own) ? own : [own]), ...(Array.isArray(tags) ? tags : [tags])]
  block.setOwn('tags', [...new Set(all.map(tag => (isText(tag) ? textOf(tag) : tag)))])
}

function findImportedFile(include: TaskInclude, item: Dict, place: ListPlace, vars: TaskVars): string {
  const { loader } = place.context
  const templar = vars.templar()
  const subdir = place.useHandlers ? 'handlers' : 'tasks'
  const target = () => templateText(templar.template(include.args.get('_raw_params') as Value))
  let path: string | undefined
  for (let above: Block | Task | undefined = place.parent; above !== undefined; above = above.parent) {
    if (!isInclude(above)) continue
    const folder = dirname(parentTarget(above, item, value => templar.template(value)))
    if (path === undefined) path = folder
    else if (!isAbsolute(path)) path = join(folder, path)
    const file = include.role
      ? loader.pathDwimRelative(join(include.role.path, subdir, path), subdir, target())
      : loader.pathDwimRelative(loader.basedir, path, target())
    if (existsSync(file)) return file
  }
  let name: string
  try {
    name = target()
  } catch (error) {
    if (!(error instanceof UndefinedVariableError)) throw error
    throw parserError(
      `Error when evaluating variable in import path: ${rawText(include)}.\n\n` +
        'When using static imports, ensure that any variables used in their names are defined in vars/vars_files\n' +
        'or extra-vars passed in from the command line. Static imports cannot use variables from facts or inventory\n' +
        'sources like group or host vars.',
      { at: item, cause: error, short: true },
    )
  }
  return include.role ? loader.pathDwimRelative(include.role.path, subdir, name) : loader.pathDwim(name)
}

function parentTarget(above: TaskInclude, item: Dict, template: (value: Value) => Value): string {
  try {
    return templateText(template(above.args.get('_raw_params') ?? null))
  } catch (error) {
    if (!(error instanceof UndefinedVariableError) || above.staticallyLoaded) throw error
    throw parserError(
      `Error when evaluating variable in dynamic parent include path: ${rawText(above)}. ` +
        'When using static imports, the parent dynamic include cannot utilize host facts or variables from inventory',
      { at: item, cause: error, short: true },
    )
  }
}

const templateText = (value: Value): string => (isText(value) ? textOf(value) : value === null ? '' : repr(value))
const rawText = (include: TaskInclude): string => templateText(include.args.get('_raw_params') ?? null)
