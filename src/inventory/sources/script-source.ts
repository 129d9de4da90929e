// Executable inventories that print JSON for --list and --host. Mirrors plugins/inventory/script.py (2.14).
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { osErrorText } from '../../config/index.js'
import { MadansibleError, ParserError } from '../../errors.js'
import { decodeUtf8, isPyError, repr } from '../../python/index.js'
import { Dict, Mapping, type Value } from '../../python/values.js'
import { isReadablePath, mayAccess, populateHosts } from './populate.js'
import { asParserError, type Source, type SourceReader } from './source-reader.js'

export const scriptSource: SourceReader = {
  name: 'script',
  accepts(source) {
    const path = source.source
    return isReadablePath(path) && (mayAccess(path, constants.X_OK) || startsWith(path, '#!'))
  },
  read: source => asParserError(() => new ScriptInventory(source).read()),
}

class ScriptInventory {
  readonly #hosts = new Set<string>()
  readonly #path: string

  constructor(private readonly source: Source) {
    this.#path = source.source
  }

  read(): void {
    const { source } = this
    const { stdout, errors } = this.#list()
    const processed = this.#parse(stdout, errors)
    const showErrors = source.config.pluginOption('inventory', 'script', 'always_show_stderr') === true
    if (errors !== '' && showErrors) source.error?.(errors)
    if (!(processed instanceof Dict)) {
      throw new MadansibleError(
        `failed to parse executable inventory script results from ${this.#path}: needs to be a json dict\n${errors}`,
      )
    }
    let meta: Value | undefined
    for (const [name, content] of processed) {
      if (name !== '_meta') this.#readGroup(name, content)
      else if (content instanceof Dict && content.has('hostvars')) meta = content.get('hostvars')
    }
    for (const host of this.#hosts) populateHosts(source.data, [host], this.#varsOf(host, meta))
  }

  #list(): { stdout: Buffer; errors: string } {
    const result = this.#run(['--list'])
    let errors = decodeUtf8(result.stderr, 'surrogateescape')
    if (errors !== '' && !errors.endsWith('\n')) errors += '\n'
    if (result.status !== 0) {
      throw new MadansibleError(`Inventory script (${this.#path}) had an execution error: ${errors} `)
    }
    return { stdout: result.stdout, errors }
  }

  #parse(stdout: Buffer, errors: string): Value {
    let text: string
    try {
      text = decodeUtf8(stdout)
    } catch (error) {
      if (!isPyError(error)) throw error
      throw new MadansibleError(
        `Inventory ${this.#path} contained characters that cannot be interpreted as UTF-8: ${error.message}`,
      )
    }
    try {
      return this.source.loader.load(text, '<string>', { jsonOnly: true })
    } catch (error) {
      if (!(error instanceof MadansibleError)) throw error
      throw new MadansibleError(
        `failed to parse executable inventory script results from ${this.#path}: ${error.message}\n${errors}`,
      )
    }
  }

  #readGroup(name: Value, content: Value): void {
    const { data } = this.source
    const group = data.addGroup(name)
    const sections = groupSections(group, content)
    const hosts = sections.get('hosts')
    const describe = (): string => repr(sections)
    if (hosts !== undefined) {
      if (!Array.isArray(hosts)) {
        throw new MadansibleError(`You defined a group '${group}' with bad data for the host list:\n ${describe()}`)
      }
      for (const host of hosts) this.#hosts.add(data.addHost(host, group))
    }
    const vars = sections.get('vars')
    if (vars !== undefined) {
      if (!(vars instanceof Dict)) {
        throw new MadansibleError(`You defined a group '${group}' with bad data for variables:\n ${describe()}`)
      }
      for (const [variable, value] of vars) data.setVariable(group, variable, value)
    }
    const children = sections.get('children')
    for (const child of Array.isArray(children) ? children : []) data.addChild(group, data.addGroup(child))
  }

  #varsOf(host: string, meta: Value | undefined): Value {
    if (meta === undefined || meta === null) return this.#askFor(host)
    if (meta instanceof Mapping) return meta.get(host) ?? new Dict()
    throw new MadansibleError(`Improperly formatted host information for ${host}: no mapping of host names`)
  }

  #askFor(host: string): Value {
    const { stdout } = this.#run(['--host', host])
    return this.source.loader.load(decodeUtf8(stdout, 'surrogateescape'), this.#path)
  }

  #run(args: readonly string[]): SpawnSyncReturns<Buffer> {
    const command = [this.#path, ...args].join(' ')
    // The C library would hand a file without a known header to /bin/sh; Python, and so Ansible, does not.
    if (!startsWith(this.#path, '#!') && !startsWith(this.#path, '\x7fELF')) {
      throw new ParserError(`problem running ${command} ([Errno 8] Exec format error: '${this.#path}')`)
    }
    const { cwd, env } = this.source
    const result = spawnSync(this.#path, args, { cwd, env, maxBuffer: 1 << 30 })
    if (result.error !== undefined) {
      throw new ParserError(`problem running ${command} (${osErrorText(result.error, `'${this.#path}'`)})`)
    }
    return result
  }
}

/** The long form of what a script may say about a group: a list of hosts, or variables of a host of the same name. */
function groupSections(group: string, content: Value): Dict {
  if (!(content instanceof Dict)) return Dict.of({ hosts: content })
  if (content.has('hosts') || content.has('vars') || content.has('children')) return content
  return Dict.of({ hosts: [group], vars: content })
}

function startsWith(path: string, text: string): boolean {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(text.length)
      return readSync(file, bytes) === text.length && bytes.toString('latin1') === text
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
