// include_tasks, import_tasks and the old include. Mirrors ansible/playbook/task_include.py (2.14).

import { truth } from '../python/index.js'
import { Dict, textOf, type Value } from '../python/values.js'
import { isAction } from './actions.js'
import type { CopyOptions } from './block.js'
import { parserError } from './errors.js'
import { pythonClass, yamlClass } from './python-names.js'
import { Task, type TaskKind, type TaskPlace } from './task.js'

const KEYWORDS: ReadonlySet<string> = new Set([
  'action',
  'args',
  'collections',
  'debugger',
  'ignore_errors',
  'loop',
  'loop_control',
  'loop_with',
  'name',
  'no_log',
  'register',
  'run_once',
  'tags',
  'timeout',
  'vars',
  'when',
])
const ARGUMENTS: ReadonlySet<string> = new Set(['file', '_raw_params', 'apply'])

export class TaskInclude extends Task {
  override readonly kind: TaskKind = 'TaskInclude'
  /** True for imports, which are part of the playbook before it runs. */
  staticallyLoaded = false

  /** Loads and checks the options of the include. */
  loadInclude(data: Dict): this {
    this.load(data)
    this.checkOptions(data)
    return this
  }

  /** Keywords that includes decided at run time may have. */
  protected get includeKeywords(): ReadonlySet<string> {
    return KEYWORDS
  }

  protected override preprocess(data: Value): Dict {
    const result = super.preprocess(data)
    if (!isAction(textOf(result.get('action') as string), 'allIncludeRoleTasks')) return result
    for (const key of result.keys()) {
      if (this.includeKeywords.has(textOf(key as string))) continue
      if (this.context.config.get('INVALID_TASK_ATTRIBUTE_FAILED'))
        throw parserError(`'${textOf(key as string)}' is not a valid attribute for a ${this.kind}`, { at: this.at() })
      this.context.messages.warning(`Ignoring invalid attribute: ${textOf(key as string)}`)
    }
    return result
  }

  private checkOptions(data: Dict): void {
    const { action, args } = this
    const bad = [...args.keys()].filter(key => !ARGUMENTS.has(textOf(key as string))).map(key => textOf(key as string))
    if (bad.length > 0 && isAction(action, 'allProperIncludeImportTasks'))
      throw parserError(`Invalid options for ${action}: ${bad.join(',')}`, { at: data })
    if (!truth(args.get('_raw_params') ?? null)) {
      const file = args.get('file') ?? null
      args.delete('file')
      args.set('_raw_params', file)
      if (!truth(file)) throw parserError(`No file specified for ${action}`)
    }
    this.checkApply(data, 'includeTasks')
  }

  /** `apply:` is for includes, and a mapping. */
  protected checkApply(data: Dict, allowed: 'includeTasks' | 'includeRole'): void {
    const apply = this.args.get('apply')
    if (apply === undefined) return
    if (truth(apply) && !isAction(this.action, allowed))
      throw parserError(`Invalid options for ${this.action}: apply`, { at: data })
    if (!(apply instanceof Dict)) {
      const type = typeof apply === 'string' || Array.isArray(apply) ? yamlClass(apply) : pythonClass(apply)
      throw parserError(`Expected a dict for apply but got ${type} instead`, { at: data })
    }
  }

  /** The old include gives its arguments as variables, too. */
  protected override ownVars(): Dict {
    return isAction(this.action, 'include') ? this.vars.copy().update(this.args) : this.vars
  }

  override copy(options: CopyOptions = {}): TaskInclude {
    const copy = super.copy(options) as TaskInclude
    copy.staticallyLoaded = this.staticallyLoaded
    return copy
  }
  protected override blankCopy(place: TaskPlace): Task {
    return new TaskInclude(place)
  }
}
