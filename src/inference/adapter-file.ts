// Reads files of adapters and the user's madansible.yml: the schema of docs/inference.md, checked at the door. Each
// mistake is told with file:line:column.

import { readFileSync } from 'node:fs'
import { MadansibleError, type Position } from '../errors.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { keyPositionOf, loadYaml, positionOf } from '../yaml/index.js'
import { argumentsOf, parseResource, type ResourcePattern } from './resource-text.js'

/** What a rule is for: every key that is given must fit. Texts are globs (`*`, `?`). */
export interface RuleMatch {
  readonly module: readonly string[]
  readonly role: readonly string[]
  readonly task: readonly string[]
  /** End of the path of the task's file. */
  readonly file: readonly string[]
  readonly args: ReadonlyMap<string, readonly string[]>
}

export interface Rule {
  readonly name: string
  readonly position: Position
  readonly match: RuleMatch
  /** Model of another module that this one does as well. */
  readonly like: string | undefined
  readonly because: string
  readonly reads: readonly ResourcePattern[]
  readonly writes: readonly ResourcePattern[]
  readonly provides: readonly ResourcePattern[]
  /** Made when missing; those that use what is below need not be over before the next looks again. */
  readonly ensures: readonly ResourcePattern[]
  /** Network services: read, written. `*` is any. */
  readonly uses: readonly string[]
  readonly serves: readonly string[]
  readonly claims: readonly { readonly resource: ResourcePattern; readonly capacity: number }[]
  readonly opaque: string | undefined
  readonly guard: boolean
  readonly harmless: boolean
  /** `until` means no more than that it is tried again. */
  readonly repeated: boolean
  /** Runs nothing on its target. */
  readonly control: boolean
  readonly container: ContainerUse | undefined
  /** What the rule says, as text: two rules for the same are in agreement when these are equal. */
  readonly effect: string
}

/** What a task does with a container; the texts are as in a resource: `${name}`. */
export interface ContainerUse {
  readonly name: ResourcePattern
  readonly image: ResourcePattern | undefined
  /** Argument with the volumes: NAME:PATH or /HOST/PATH:PATH, with :ro for those that are only read. */
  readonly volumes: string | undefined
  /** starts: from now on it serves. runs: once, to its end. stops: away or down. looks: no change. */
  readonly does: (typeof CONTAINER_ACTS)[number]
}
const CONTAINER_ACTS = ['starts', 'runs', 'stops', 'looks'] as const

/** What containers with a name serve and use over the network, and what else they touch. */
export interface ContainerRule {
  readonly name: string
  readonly position: Position
  readonly serves: readonly string[]
  readonly uses: readonly string[]
  readonly commandsUse: readonly string[]
  readonly reads: readonly ResourcePattern[]
  readonly writes: readonly ResourcePattern[]
}

export interface ServiceRule {
  readonly name: string
  readonly position: Position
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  readonly provides: readonly string[]
  readonly uses: readonly string[]
}

/** Where an adapter belongs: all files must be there, and the version must be one of these. */
export interface Detection {
  readonly files: readonly string[]
  readonly version: { readonly file: string; readonly pattern: RegExp; readonly values: readonly string[] } | undefined
}

export interface AdapterFile {
  readonly name: string
  readonly file: string
  readonly about: string | undefined
  readonly detect: Detection | undefined
  readonly rules: readonly Rule[]
  readonly services: readonly ServiceRule[]
  readonly containers: readonly ContainerRule[]
  /** Volumes in which every container keeps to files of its own. */
  readonly sharedVolumes: readonly string[]
}

export class AdapterError extends MadansibleError {
  override readonly code = 'MADANSIBLE_ADAPTER'
  override readonly exitCode: number = 4
}

/** Reads one file. Throws AdapterError, or ParserError for what is not YAML. */
export function readAdapterFile(file: string): AdapterFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AdapterError(`Cannot read the rules in ${file}: ${(cause as Error).message}`, { cause })
  }
  const root = loadYaml(text, file)
  if (root === null) return { ...NOTHING, name: file, file }
  const door = new Door(file)
  const top = door.mapping(root, undefined, 'a mapping with adapter, rules, services or containers')
  door.only(top, ['adapter', 'about', 'detect', 'rules', 'services', 'containers', 'shared_volumes'])
  const name = door.optionalText(top, 'adapter') ?? file
  return {
    name,
    file,
    about: door.optionalText(top, 'about'),
    detect: detection(door, top),
    rules: door.list(top, 'rules').map((rule, at) => readRule(door, rule, at, name)),
    services: readServices(door, top),
    containers: readContainers(door, top),
    sharedVolumes: door.texts(top, 'shared_volumes').map(([text]) => text),
  }
}

const NOTHING = {
  about: undefined,
  detect: undefined,
  rules: [],
  services: [],
  containers: [],
  sharedVolumes: [],
} as const

const EFFECT_KEYS = [
  'like',
  'reads',
  'writes',
  'provides',
  'ensures',
  'uses',
  'serves',
  'claims',
  'opaque',
  'guard',
  'harmless',
  'repeated',
  'control',
  'container',
  'independent',
] as const
const RULE_KEYS = ['name', 'module', 'role', 'task', 'file', 'args', 'because', ...EFFECT_KEYS] as const

function readRule(door: Door, value: Value, at: number, adapter: string): Rule {
  const rule = door.mapping(value, undefined, 'a rule: a mapping')
  door.only(rule, RULE_KEYS)
  const position = positionOf(rule) ?? door.start
  const name = door.optionalText(rule, 'name') ?? `rule ${at + 1}`
  const match = readMatch(door, rule)
  if (match.module.length + match.role.length + match.task.length + match.file.length === 0)
    throw door.error(rule, undefined, `The rule '${name}' is for nothing: give module, role, task or file.`)
  if (!EFFECT_KEYS.some(key => rule.has(key)))
    throw door.error(rule, undefined, `The rule '${name}' says nothing: give ${EFFECT_KEYS.join(', ')}.`)
  const isIndependent = door.flag(rule, 'independent')
  if (
    isIndependent &&
    ['like', 'reads', 'writes', 'provides', 'ensures', 'uses', 'serves', 'opaque', 'container'].some(key =>
      rule.has(key),
    )
  )
    throw door.error(rule, 'independent', `The rule '${name}' is independent and touches something.`)
  const patterns = (key: string) => door.texts(rule, key).map(([text, position]) => door.pattern(text, position))
  return {
    name,
    position,
    match,
    like: door.optionalText(rule, 'like'),
    because: door.optionalText(rule, 'because') ?? `rule '${name}' of ${adapter}`,
    reads: patterns('reads'),
    writes: patterns('writes'),
    provides: patterns('provides'),
    ensures: patterns('ensures'),
    uses: door.texts(rule, 'uses').map(([text]) => text),
    serves: door.texts(rule, 'serves').map(([text]) => text),
    claims: readClaims(door, rule),
    opaque: door.optionalText(rule, 'opaque'),
    guard: door.flag(rule, 'guard'),
    harmless: door.flag(rule, 'harmless'),
    repeated: door.flag(rule, 'repeated'),
    control: door.flag(rule, 'control'),
    container: rule.has('container') ? readContainerUse(door, rule) : undefined,
    effect: JSON.stringify(EFFECT_KEYS.map(key => plain(rule.get(key)))),
  }
}

function readMatch(door: Door, rule: Dict): RuleMatch {
  const globs = (key: string) => door.texts(rule, key).map(([text]) => text)
  const args = new Map<string, readonly string[]>()
  if (rule.has('args')) {
    const given = door.mapping(rule.get('args') as Value, positionOf(rule, 'args'), 'a mapping of arguments to globs')
    for (const key of given.keys())
      args.set(
        textOf(key as string),
        door.texts(given, textOf(key as string)).map(([text]) => text),
      )
  }
  return { module: globs('module'), role: globs('role'), task: globs('task'), file: globs('file'), args }
}

function readClaims(door: Door, rule: Dict): Rule['claims'] {
  return door.list(rule, 'claims').map(claim => {
    if (isText(claim))
      return { resource: door.pattern(textOf(claim), positionOf(rule, 'claims') ?? door.start), capacity: 1 }
    const mapping = door.mapping(claim, positionOf(rule, 'claims'), 'a resource or {resource, capacity}')
    door.only(mapping, ['resource', 'capacity'])
    const capacity = mapping.get('capacity') ?? 1
    if (typeof capacity !== 'number' || capacity < 1)
      throw door.error(mapping, 'capacity', 'Expected `capacity` to be a whole number from 1.')
    return {
      resource: door.pattern(door.text(mapping, 'resource'), positionOf(mapping, 'resource') ?? door.start),
      capacity,
    }
  })
}

function readServices(door: Door, top: Dict): readonly ServiceRule[] {
  const given = top.get('services') ?? null
  if (given === null) return []
  const services = door.mapping(given, positionOf(top, 'services'), 'a mapping of unit names to what they touch')
  return [...services.keys()].map(key => {
    const name = textOf(key as string)
    const service = door.mapping(
      services.get(key) as Value,
      positionOf(services, key),
      'a mapping with reads, writes, provides, uses',
    )
    door.only(service, ['reads', 'writes', 'provides', 'uses'])
    const paths = (field: string) =>
      door.texts(service, field).map(([text, position]) => {
        if (!text.startsWith('/')) throw new AdapterError(`Expected a path from /, got '${text}'.`, { position })
        return text
      })
    return {
      name,
      position: keyPositionOf(services, key) ?? door.start,
      reads: paths('reads'),
      writes: paths('writes'),
      provides: door.texts(service, 'provides').map(([text]) => text),
      uses: door.texts(service, 'uses').map(([text]) => text),
    }
  })
}

function readContainerUse(door: Door, rule: Dict): ContainerUse {
  const use = door.mapping(
    rule.get('container') as Value,
    positionOf(rule, 'container'),
    'a mapping with name, image, volumes and does',
  )
  door.only(use, ['name', 'image', 'volumes', 'does'])
  const pattern = (key: 'name' | 'image') =>
    door.pattern(`${key === 'name' ? 'container' : 'image'}:${door.text(use, key)}`, positionOf(use, key) ?? door.start)
  const does = CONTAINER_ACTS.find(act => act === door.optionalText(use, 'does'))
  if (does === undefined) throw door.error(use, 'does', `Expected 'does' to be one of ${CONTAINER_ACTS.join(', ')}.`)
  return {
    name: pattern('name'),
    image: use.has('image') ? pattern('image') : undefined,
    volumes: door.optionalText(use, 'volumes'),
    does,
  }
}

function readContainers(door: Door, top: Dict): readonly ContainerRule[] {
  const given = top.get('containers') ?? null
  if (given === null) return []
  const containers = door.mapping(
    given,
    positionOf(top, 'containers'),
    'a mapping of container names to what they serve and use',
  )
  return [...containers.keys()].map(key => {
    const container = door.mapping(
      containers.get(key) as Value,
      positionOf(containers, key),
      'a mapping with serves, uses, commands_use, reads, writes',
    )
    door.only(container, ['serves', 'uses', 'commands_use', 'reads', 'writes'])
    const patterns = (field: string) =>
      door.texts(container, field).map(([text, position]) => door.pattern(text, position))
    return {
      name: textOf(key as string),
      position: keyPositionOf(containers, key) ?? door.start,
      serves: door.texts(container, 'serves').map(([text]) => text),
      uses: door.texts(container, 'uses').map(([text]) => text),
      commandsUse: door.texts(container, 'commands_use').map(([text]) => text),
      reads: patterns('reads'),
      writes: patterns('writes'),
    }
  })
}

function detection(door: Door, top: Dict): Detection | undefined {
  if (!top.has('detect')) return undefined
  const detect = door.mapping(top.get('detect') as Value, positionOf(top, 'detect'), 'a mapping with files and version')
  door.only(detect, ['files', 'version'])
  const files = door.texts(detect, 'files').map(([text]) => text)
  if (files.length === 0) throw door.error(detect, undefined, 'Expected `files` by which the repository is recognised.')
  if (!detect.has('version')) return { files, version: undefined }
  const version = door.mapping(
    detect.get('version') as Value,
    positionOf(detect, 'version'),
    'a mapping with file, pattern and values',
  )
  door.only(version, ['file', 'pattern', 'values'])
  let pattern: RegExp
  try {
    pattern = new RegExp(door.text(version, 'pattern'), 'm')
  } catch (cause) {
    throw door.error(version, 'pattern', `Not a regular expression: ${(cause as Error).message}`)
  }
  return {
    files,
    version: { file: door.text(version, 'file'), pattern, values: door.texts(version, 'values').map(([text]) => text) },
  }
}

const plain = (value: Value | undefined): unknown =>
  value === undefined
    ? null
    : Array.isArray(value)
      ? value.map(plain)
      : value instanceof Dict
        ? [...value.entries()].map(([key, item]) => [plain(key), plain(item)])
        : isText(value)
          ? textOf(value)
          : value

/** Takes values out of a document, or says where they are wrong. */
class Door {
  readonly start: Position
  constructor(file: string) {
    this.start = { file, line: 1, column: 1 }
  }

  error(inside: Dict | Value[], key: string | undefined, message: string): AdapterError {
    return new AdapterError(message, {
      position: (key === undefined ? undefined : positionOf(inside, key)) ?? positionOf(inside) ?? this.start,
    })
  }
  mapping(value: Value, position: Position | undefined, wanted: string): Dict {
    if (value instanceof Dict) return value
    throw new AdapterError(`Expected ${wanted}.`, {
      position: (Array.isArray(value) ? positionOf(value) : undefined) ?? position ?? this.start,
    })
  }
  only(mapping: Dict, allowed: readonly string[]): void {
    for (const key of mapping.keys()) {
      const name = isText(key) ? textOf(key) : String(key)
      if (!allowed.includes(name))
        throw new AdapterError(`Unknown key '${name}'. Known are: ${allowed.join(', ')}.`, {
          position: keyPositionOf(mapping, key) ?? this.start,
        })
    }
  }
  text(mapping: Dict, key: string): string {
    const value = mapping.get(key)
    if (value === undefined || !isText(value)) throw this.error(mapping, key, `Expected '${key}' to be a text.`)
    return textOf(value)
  }
  optionalText(mapping: Dict, key: string): string | undefined {
    return mapping.has(key) ? this.text(mapping, key) : undefined
  }
  flag(mapping: Dict, key: string): boolean {
    const value = mapping.get(key) ?? false
    if (typeof value !== 'boolean') throw this.error(mapping, key, `Expected '${key}' to be true or false.`)
    return value
  }
  list(mapping: Dict, key: string): readonly Value[] {
    const value = mapping.get(key) ?? []
    if (!Array.isArray(value)) throw this.error(mapping, key, `Expected '${key}' to be a list.`)
    return value
  }
  /** A text or a list of texts, each with its position. */
  texts(mapping: Dict, key: string): readonly (readonly [string, Position])[] {
    const value = mapping.get(key)
    if (value === undefined) return []
    const items = Array.isArray(value) ? value : [value]
    return items.map((item, at) => {
      if (isText(item) || typeof item === 'number' || typeof item === 'boolean')
        return [
          isText(item) ? textOf(item) : String(item),
          (Array.isArray(value) ? positionOf(value, at) : positionOf(mapping, key)) ?? this.start,
        ] as const
      throw this.error(mapping, key, `Expected '${key}' to be a text or a list of texts.`)
    })
  }
  pattern(text: string, position: Position): ResourcePattern {
    const pattern = parseResource(text)
    if (typeof pattern === 'string') throw new AdapterError(`${pattern}.`, { position })
    argumentsOf(pattern)
    return pattern
  }
}
