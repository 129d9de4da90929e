// Loads variables from a file or from all files of a directory. Mirrors plugins/action/include_vars.py (ansible-core 2.14).
import { readdirSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { isDirectory, pathExists } from '../../config/index.js'
import { MadansibleError } from '../../errors.js'
import { combineVars } from '../../inventory/index.js'
import { compileRegex, decodeUtf8, str, toInt, truth } from '../../python/index.js'
import { Dict, isText, textOf, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'

const DIRECTORY_ARGS = ['dir', 'depth', 'files_matching', 'ignore_files', 'extensions', 'ignore_unknown_extensions']
const FILE_ARGS = ['file', '_raw_params']
const COMMON_ARGS = ['name', 'hash_behaviour']

export const includeVars: NativeAction = {
  traits: { needsConnection: false },
  async run(call) {
    const { args, state } = call
    checkArguments(args)
    const loading = new Loading(call)
    const directory = args.get('dir') ?? null
    const problem = directory !== null && truth(directory) ? loading.directory(str(directory)) : loading.singleFile()
    let facts = loading.values
    const name = args.get('name') ?? null
    if (name !== null && truth(name)) facts = new Dict([[name, facts]])
    const result = call.begin()
    if (problem !== undefined) {
      result.set('failed', true)
      result.set('message', problem)
    } else facts = combined(call, facts, str(state.services.config.get('DEFAULT_HASH_BEHAVIOUR')))
    result.set('ansible_included_var_files', loading.files)
    result.set('ansible_facts', facts)
    return result.set('_ansible_no_log', !loading.showsContent)
  },
}

function checkArguments(args: Dict): void {
  let hasDirectory = false
  let hasFile = false
  for (const key of args.keys()) {
    const name = str(key)
    if (DIRECTORY_ARGS.includes(name)) hasDirectory = true
    else if (FILE_ARGS.includes(name)) hasFile = true
    else if (!COMMON_ARGS.includes(name)) throw actionError(`${name} is not a valid option in include_vars`)
  }
  if (hasDirectory && hasFile) {
    throw actionError('You are mixing file only and dir only arguments, these are incompatible')
  }
}

function combined(call: ActionCall, facts: Dict, configured: string): Dict {
  const behaviour = call.args.get('hash_behaviour') ?? null
  if (behaviour === null || str(behaviour) === configured) return facts
  const isMerge = str(behaviour) === 'merge'
  const all = new Dict()
  for (const [name, value] of facts.entries()) {
    const old = call.context.vars.get(str(name)) ?? null
    if (!(old instanceof Dict) || !(value instanceof Dict)) {
      throw actionError(
        `failed to combine variables, expected dicts but got a '${pythonType(old)}' and a '${pythonType(value)}': \n${str(old)}\n${str(value)}`,
      )
    }
    all.set(name, combineVars(old, value, isMerge ? 'merge' : 'replace'))
  }
  return all
}

function pythonType(value: Value): string {
  if (value instanceof Dict) return 'dict'
  if (Array.isArray(value)) return 'list'
  if (value === null) return 'NoneType'
  return isText(value) ? 'str' : typeof value === 'boolean' ? 'bool' : 'int'
}

/** Loads files one after the other; methods give the text of what went wrong. */
class Loading {
  readonly values = new Dict()
  readonly files: Value[] = []
  showsContent = true
  readonly #extensions: readonly string[]

  constructor(private readonly call: ActionCall) {
    const extensions = call.args.get('extensions') ?? ['yaml', 'yml', 'json']
    if (isText(extensions)) this.#extensions = [...textOf(extensions)]
    else if (Array.isArray(extensions)) this.#extensions = extensions.map(str)
    else throw actionError('Invalid type for "extensions" option, it must be a list')
  }

  singleFile(): string | undefined {
    const { args } = this.call
    let file = args.get('file') ?? null
    if (file === null || !truth(file)) {
      const raw = args.get('_raw_params') ?? null
      file = raw === null ? null : str(raw).replace(/\n+$/, '')
    }
    try {
      return this.#load(this.call.findNeedle('vars', file as string), false)
    } catch (error) {
      if (error instanceof MadansibleError) return error.message
      throw error
    }
  }

  directory(given: string): string | undefined {
    const root = this.#root(given)
    if (!pathExists(root)) return `${root} directory does not exist`
    if (!isDirectory(root)) return `${root} is not a directory`
    const depth = Number(toInt(this.call.args.get('depth') ?? 0))
    const directories = walk(root).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    for (const [index, [directory, names]] of directories.entries()) {
      if (depth !== 0 && index >= depth) break
      const problem = this.#loadAll(directory, names.sort())
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Relative directories are looked for in the role, else beside the file of the task. */
  #root(given: string): string {
    const { role, position } = this.call.context.task
    if (role !== undefined) {
      if (given.split('/')[0] !== 'vars') return pythonJoin(role.path, 'vars', given)
      const path = join(role.path, given)
      return pathExists(path) ? path : given
    }
    return position === undefined ? given : pythonJoin(dirname(position.file), given)
  }

  #loadAll(directory: string, names: readonly string[]): string | undefined {
    const { args, context } = this.call
    const matching = args.get('files_matching') ?? null
    const matcher = matching !== null && truth(matching) ? compileRegex(str(matching)) : undefined
    const onlyKnown = truth(args.get('ignore_unknown_extensions') ?? false)
    const found = new Dict()
    let problem: string | undefined
    for (const name of names) {
      const { role } = context.task
      // A role's own vars/main.yml is loaded by the role.
      if (role !== undefined && join(role.path, name) === join(directory, 'vars', 'main.yml')) continue
      if (problem !== undefined || (matcher !== undefined && matcher.search(name) === undefined)) continue
      const path = join(directory, name)
      if (!pathExists(path) || this.#isIgnored(name) || (onlyKnown && !this.#hasValidExtension(name))) continue
      problem = this.#load(path, true, found)
    }
    if (problem === undefined) this.values.update(found)
    return problem
  }

  #isIgnored(name: string): boolean {
    const ignored = this.call.args.get('ignore_files') ?? null
    if (ignored === null || !truth(ignored)) return false
    const patterns = isText(ignored) ? textOf(ignored).split(/\s+/).filter(Boolean) : [...(ignored as Value[])].map(str)
    return patterns.some(pattern => {
      try {
        return compileRegex(`${pattern}$`).search(name) !== undefined
      } catch {
        throw actionError(`Invalid regular expression: ${pattern}`)
      }
    })
  }

  #hasValidExtension(name: string): boolean {
    return this.#extensions.includes(extname(name).slice(1))
  }

  #load(path: string, checksExtension: boolean, into: Dict = this.values): string | undefined {
    if (checksExtension && !this.#hasValidExtension(path)) {
      return `${path} does not have a valid extension: ${this.#extensions.join(', ')}`
    }
    const { loader } = this.call.state.services
    const { data, wasEncrypted } = loader.readFile(path)
    if (wasEncrypted) this.showsContent = false
    const value = loader.load(decodeUtf8(data, 'surrogateescape'), path, { showContent: !wasEncrypted })
    if (!truth(value)) this.files.push(path)
    else if (value instanceof Dict) {
      this.files.push(path)
      into.update(value)
    } else return `${path} must be stored as a dictionary/hash`
    return undefined
  }
}

/** os.path.join: an absolute part starts over. */
function pythonJoin(...parts: readonly string[]): string {
  return parts.reduce((path, part) =>
    part.startsWith('/') ? part : path.endsWith('/') ? path + part : `${path}/${part}`,
  )
}

/** os.walk: every directory with the names of its files. */
function walk(root: string): [string, string[]][] {
  const found: [string, string[]][] = []
  const visit = (directory: string) => {
    const names: string[] = []
    const below: string[] = []
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name)
      if (!isDirectory(path)) names.push(entry.name)
      else if (!entry.isSymbolicLink()) below.push(path)
    }
    found.push([directory, names])
    for (const path of below) visit(path)
  }
  visit(root)
  return found
}
