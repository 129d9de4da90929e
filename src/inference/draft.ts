// A footprint in the making: what a module model says about one call, with the assumptions it used.

import { statSync } from 'node:fs'
import { str, truth } from '../python/index.js'
import { isText, Mapping, textOf, type Value } from '../python/values.js'
import type { AssumptionName } from './assumptions.js'
import {
  type Access,
  type Claim,
  type Ensured,
  type Footprint,
  type FootprintSource,
  NO_FOOTPRINT,
  opaqueFootprint,
  scopeOf,
  type TaskCall,
} from './footprint.js'
import { ANYWHERE, fileAt, type KnownPath, knownPath, parentsOf, volumesAt } from './paths.js'
import { CONTROLLER, everythingOf, type Resource, type ResourceKind, resource, SHARED, tree } from './resource.js'
import type { ResourcePattern } from './resource-text.js'
import { hasUnknown, UNKNOWN } from './unknown.js'

/** Knows a service by its unit's name (adapters, `services:`). */
export interface KnownService {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  readonly provides: readonly string[]
  readonly uses: readonly string[]
}

/** Knows a container by its name (adapters, `containers:`). */
export interface KnownContainer {
  readonly serves: readonly string[]
  readonly uses: readonly string[]
  /** What commands that are run in it may use besides. */
  readonly commandsUse: readonly string[]
  readonly reads: readonly ResourcePattern[]
  readonly writes: readonly ResourcePattern[]
}

export interface DraftWorld {
  readonly withdrawn: ReadonlySet<string>
  readonly containerNamed: (name: string) => KnownContainer | undefined
  readonly serviceNamed: (name: string) => KnownService | undefined
  /** Every container keeps to files of its own in the volume. */
  readonly isSharedVolume: (name: string) => boolean
  /** Where a path leads by links that the playbook made on a machine. */
  readonly linksOf: (scope: string, path: readonly string[]) => readonly (readonly string[])[]
  readonly noteLink: (scope: string, from: readonly string[], to: readonly string[]) => void
}

/** Accounts and groups that every system has. */
const BASE_ACCOUNTS: ReadonlySet<string> = new Set(
  'root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout sudo wheel audio www-data backup operator list irc src shadow utmp video staff games users nogroup nobody sync systemd-network systemd-journal'.split(
    ' ',
  ),
)

let nextEnsurer = 1
const REASONS = new Map<string, Map<string, string>>()

export class Draft {
  readonly scope: string
  #reads: Access[] = []
  #writes: Access[] = []
  #ensures: Ensured[] = []
  #provides: Access[] = []
  #claims: Claim[] = []
  #assumptions = new Set<string>()
  #opaque: string | undefined
  isGuard = false
  isHarmless = false
  isRepeated = false
  source: FootprintSource = 'model'

  constructor(
    readonly call: TaskCall,
    readonly world: DraftWorld,
  ) {
    this.scope = scopeOf(call)
  }

  /** Last part of the action's name, for reasons. */
  get moduleName(): string {
    return this.call.action.slice(this.call.action.lastIndexOf('.') + 1)
  }

  // Arguments.

  /** First of some arguments that was given, unless it is null. */
  value(...names: readonly string[]): Value | undefined {
    for (const name of names) {
      const value = this.call.args.get(name)
      if (value !== undefined && value !== null) return value
    }
    return undefined
  }
  text(...names: readonly string[]): string | undefined {
    const value = this.value(...names)
    return value === undefined ? undefined : textFrom(value)
  }
  /** A list argument; texts are split at commas. */
  list(...names: readonly string[]): readonly string[] {
    const value = this.value(...names)
    if (value === undefined) return []
    if (Array.isArray(value)) return value.map(textFrom)
    return textFrom(value)
      .split(',')
      .map(item => item.trim())
      .filter(item => item !== '')
  }
  /** The texts of a value: one for each item of a list. */
  textsOf(value: Value): readonly string[] {
    return Array.isArray(value) ? value.map(textFrom) : [textFrom(value)]
  }
  /** An item of a mapping; undefined when there is none. */
  itemOf(value: Value, key: string): Value | undefined {
    return value instanceof Mapping ? (value.get(key) ?? undefined) : undefined
  }
  /** A boolean argument; undefined when it was not given or is not known. */
  flag(...names: readonly string[]): boolean | undefined {
    const value = this.value(...names)
    if (value === undefined || hasUnknown(value)) return undefined
    if (isText(value)) return /^(yes|on|1|true|t|y)$/i.test(textOf(value))
    return truth(value)
  }

  // Resources.

  reads(of: Resource, because: string): this {
    this.#reads.push({ resource: of, because: this.#reason(because) })
    return this
  }
  writes(of: Resource, because: string): this {
    this.#writes.push({ resource: of, because: this.#reason(because) })
    return this
  }
  provides(of: Resource, because: string): this {
    this.#provides.push({ resource: of, because: this.#reason(because) })
    return this
  }
  claims(of: Resource, capacity: number, because: string): this {
    this.#claims.push({ resource: of, capacity, because: this.#reason(because) })
    return this
  }
  /** Something on the machine that the action acts on. */
  here(kind: ResourceKind, ...path: readonly string[]): Resource {
    return path.length === 0 ? tree(this.scope, kind) : resource(this.scope, kind, ...path)
  }
  everythingHere(): Resource {
    return everythingOf(this.scope)
  }
  /** Whether an assumption may be used; it is then told. */
  assume(name: AssumptionName): boolean {
    if (this.world.withdrawn.has(name)) return false
    this.#assumptions.add(name)
    return true
  }

  // Files.

  /** Path on the machine, as far as it is known. */
  pathOf(text: string, base?: KnownPath): KnownPath {
    const path = knownPath(text, base, user => this.homeOf(user === '' ? this.account : user))
    if (path.isCut && path !== ANYWHERE && !this.assume('unknown-parts-stay-below')) return ANYWHERE
    return path
  }
  readsPath(path: KnownPath, because: string, scope = this.scope): this {
    for (const file of this.#aliases(scope, path)) this.reads(file, because)
    return this
  }
  writesPath(path: KnownPath, because: string, scope = this.scope): this {
    for (const file of this.#aliases(scope, path)) this.writes(file, because)
    return this
  }
  readsFile(text: string, because: string, base?: KnownPath): this {
    return this.readsPath(this.pathOf(text, base), because)
  }
  writesFile(text: string, because: string, base?: KnownPath): this {
    return this.writesPath(this.pathOf(text, base), because)
  }
  /** Directories above a path are made when they are missing, in the way told by `as`. */
  ensuresParents(path: KnownPath, as: string, because: string): this {
    for (const parent of parentsOf(path)) this.#ensureOne(parent, as, because)
    return this
  }
  ensuresDirectory(path: KnownPath, as: string, because: string): this {
    this.ensuresParents(path, as, because)
    if (!path.isCut && path.parts.length > 0) this.#ensureOne(path.parts, as, because)
    return this
  }
  /** Something is made when it is missing, by one run after the other. */
  ensuresInOrder(of: Resource, because: string): this {
    this.#ensures.push({
      resource: { ...of, isTree: false },
      as: `run ${nextEnsurer++}`,
      because: this.#reason(because),
    })
    return this
  }
  /** File on the controller; relative ones are looked for beside the task, in its role and beside the playbook. */
  readsControllerFile(text: string, because: string, folder: 'files' | 'templates' | 'vars' = 'files'): this {
    for (const path of this.#controllerPaths(text, folder)) this.readsPath(path, because, CONTROLLER)
    return this
  }
  /** What a source on the controller is now, wherever it is looked for. */
  onController(text: string, folder: 'files' | 'templates' | 'vars'): 'file' | 'directory' | 'missing' {
    for (const path of this.#controllerPaths(text, folder)) {
      if (path.isCut) continue
      const stat = statSync(`/${path.parts.join('/')}`, { throwIfNoEntry: false })
      if (stat !== undefined) return stat.isDirectory() ? 'directory' : 'file'
    }
    return 'missing'
  }

  // Accounts.

  /** User that the action runs as: undefined when that is the one that logs in, whose name is not known here. */
  get account(): string | undefined {
    if (this.call.becomes !== undefined) return this.call.becomes
    const login = this.call.facts('ansible_user')
    return login !== undefined && isText(login) ? textOf(login) : undefined
  }
  /** Home directory of a user, as far as it is known. */
  homeOf(user: string | undefined): KnownPath {
    if (user === 'root') return { parts: ['root'], isCut: false }
    if (!this.assume('homes-are-in-home')) return ANYWHERE
    if (user === undefined || user.includes(UNKNOWN)) return ANYWHERE
    return { parts: ['home', user], isCut: false }
  }
  readsUser(name: string | undefined, because: string, what: 'user' | 'group' = 'user'): this {
    if (name === undefined || BASE_ACCOUNTS.has(name) || /^\d+$/.test(name)) return this
    return this.reads(
      name.includes(UNKNOWN) ? tree(this.scope, 'user') : resource(this.scope, 'user', what, name),
      because,
    )
  }
  /** `owner`, `group` and `validate` of modules that write files. */
  fileAttributes(): this {
    this.readsUser(this.text('owner'), 'reads owner')
    this.readsUser(this.text('group'), 'reads group', 'group')
    if (this.value('validate') !== undefined)
      this.reads(tree(this.scope, 'file'), 'runs validate, which may read any file').reads(
        tree(this.scope, 'package'),
        'runs validate',
      )
    return this
  }

  // Network services.

  anyEndpoint(): Resource {
    return tree(SHARED, 'endpoint')
  }
  /** A download from `url`, if it is not surely from outside. */
  readsDownload(url: string | undefined, because: string): this {
    if (url !== undefined && isInside(url, this.call)) return this.reads(this.anyEndpoint(), because)
    return this.assume('downloads-come-from-outside') ? this : this.reads(this.anyEndpoint(), because)
  }
  /** A start, stop, reload of something that others may use over the network and that may use others itself. */
  activates(because: string): this {
    return this.reads(this.anyEndpoint(), `${because} and may use any network service`).writes(
      this.anyEndpoint(),
      `${because} and may serve any network service`,
    )
  }

  /** Nothing more can be said: everything on the machine and what hosts share. */
  opaque(reason: string): this {
    this.#opaque ??= reason
    return this
  }

  finish(): Footprint {
    const { call } = this
    if (this.#opaque !== undefined)
      return { ...opaqueFootprint(call, this.#opaque), isGuard: this.isGuard, assumptions: [...this.#assumptions] }
    return {
      ...NO_FOOTPRINT,
      reads: this.#reads,
      writes: this.#writes,
      ensures: this.#ensures,
      provides: this.#provides,
      claims: this.#claims,
      isGuard: this.isGuard,
      isHarmless: this.isHarmless,
      isRepeated: this.isRepeated,
      source: this.source,
      assumptions: [...this.#assumptions],
    }
  }

  /** One text for all calls with one reason. */
  #reason(because: string): string {
    let reasons = REASONS.get(this.call.action)
    if (reasons === undefined) {
      reasons = new Map()
      REASONS.set(this.call.action, reasons)
    }
    let reason = reasons.get(because)
    if (reason === undefined) {
      reason = `${this.moduleName} ${because}`
      reasons.set(because, reason)
    }
    return reason
  }

  #ensureOne(parts: readonly string[], as: string, because: string): void {
    this.#ensures.push({
      resource: resource(this.scope, 'file', ...parts),
      as,
      because: this.#reason(because),
    })
  }

  #aliases(scope: string, path: KnownPath): readonly Resource[] {
    if (!this.assume('no-unknown-links')) return [tree(scope, 'file')]
    const links = this.world.linksOf(scope, path.parts)
    const names = [path.parts, ...links]
    const files = [fileAt(scope, path), ...links.map(parts => tree(scope, 'file', ...parts))]
    return [...files, ...names.flatMap(parts => volumesAt(scope, parts))]
  }

  #controllerPaths(text: string, folder: string): readonly KnownPath[] {
    if (text.startsWith('/')) return [this.pathOf(text)]
    const { taskFile, facts } = this.call
    const bases = [facts('role_path'), facts('playbook_dir')].filter(base => base !== undefined && isText(base))
    const folders = bases.map(base => textOf(base as string))
    if (taskFile !== undefined) folders.push(taskFile.slice(0, taskFile.lastIndexOf('/')))
    if (folders.length === 0 || text.startsWith('~')) return [ANYWHERE]
    return folders.flatMap(base => [knownPath(`${base}/${folder}/${text}`), knownPath(`${base}/${text}`)])
  }
}

function textFrom(value: Value): string {
  if (isText(value)) return textOf(value)
  try {
    return str(value)
  } catch {
    return UNKNOWN
  }
}

/** A URL whose machine may be one of the playbook's: no name, an address, a short name, or a host of the inventory. */
function isInside(url: string, call: TaskCall): boolean {
  const host =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)/i.exec(url)?.[1] ?? /^[^/:@]+@([^/:]+):/.exec(url)?.[1]
  if (host === undefined) return url.startsWith(UNKNOWN)
  if (host.includes(UNKNOWN) || host.startsWith('[') || /^[\d.]+$/.test(host) || !host.includes('.')) return true
  const groups = call.facts('groups')
  const all = groups instanceof Mapping ? groups.get('all') : undefined
  return Array.isArray(all) && all.some(name => isText(name) && textOf(name) === host)
}
