// The variables that a template file sees about itself. Mirrors ansible/template/__init__.py
// generate_ansible_template_vars.

import { readFileSync, type Stats, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import {
  dateTimeFromTimestamp,
  dateTimeNow,
  formatText,
  localTime,
  Mapping,
  strftime,
  type Value,
} from '../python/index.js'

export interface TemplateFile {
  /** The path as the task names it. */
  readonly path: string
  readonly fullPath?: string | undefined
  readonly destination?: string | undefined
}

const NAMES: ReadonlySet<Value> = new Set([
  'template_host',
  'template_path',
  'template_mtime',
  'template_uid',
  'template_run_date',
  'template_destpath',
  'template_fullpath',
  'ansible_managed',
])

/** template_host, template_path … and ansible_managed. Each is found out when a template asks for it, and stays. */
export class TemplateFileVariables extends Mapping {
  readonly typeName = 'dict'
  readonly #known = new Map<Value, Value>()
  readonly #managed: string
  #status: Stats | undefined

  /** `managed`: ansible_managed as configured. */
  constructor(
    private readonly file: TemplateFile,
    managed: string,
  ) {
    super()
    this.#managed = managed.includes('{') || managed.includes('}') ? this.#filledIn(managed) : managed
  }

  get(name: Value): Value | undefined {
    if (!NAMES.has(name)) return undefined
    let value = this.#known.get(name)
    if (value === undefined) {
      value = this.#find(name as string)
      this.#known.set(name, value)
    }
    return value
  }
  has(name: Value): boolean {
    return NAMES.has(name)
  }
  keys(): Iterable<Value> {
    return NAMES
  }
  get size(): number {
    return NAMES.size
  }

  #find(name: string): Value {
    const { file } = this
    switch (name) {
      case 'template_host':
        return hostname()
      case 'template_path':
        return file.path
      case 'template_mtime':
        return dateTimeFromTimestamp(this.#stat.mtimeMs / 1000)
      case 'template_uid':
        return userName(this.#stat.uid)
      case 'template_run_date':
        return dateTimeNow()
      case 'template_destpath':
        return file.destination ?? null
      case 'template_fullpath':
        return file.fullPath ?? resolve(file.path)
      default:
        return this.#managed.includes('%')
          ? strftime(this.#managed, localTime(Math.floor(this.#stat.mtimeMs / 1000)))
          : this.#managed
    }
  }

  get #stat(): Stats {
    this.#status ??= statSync(this.file.fullPath ?? this.file.path)
    return this.#status
  }

  #filledIn(managed: string): string {
    const values: [string, Value][] = [
      ['host', hostname()],
      ['uid', userName(this.#stat.uid)],
      ['file', this.file.path],
    ]
    return formatText(managed, [], new Map(values))
  }
}

let users: ReadonlyMap<number, string> | undefined

/** Login name of a user id; the id as text when it has none. */
function userName(uid: number): string {
  users ??= readUsers()
  return users.get(uid) ?? String(uid)
}

function readUsers(): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  let lines: string[] = []
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  } catch {
    // A controller without a readable user list shows numbers.
  }
  for (const line of lines) {
    const [name, , id] = line.split(':')
    if (name !== undefined && id !== undefined && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}
