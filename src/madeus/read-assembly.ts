// Reads an assembly from YAML (docs/assembly.md is the schema). Shapes are checked here, with file, line and column;
// what the names mean is for checkAssembly, which finds the positions of the parts in partPosition.
import { Dict, isText, type Value } from '../python/values.js'
import { keyPositionOf, loadYaml, positionOf } from '../yaml/index.js'
import type {
  Action,
  Assembly,
  Component,
  ComponentType,
  Duration,
  Id,
  Link,
  Mode,
  Port,
  PortReference,
  Transition,
} from './assembly.js'
import { assemblyError } from './assembly-error.js'
import { notePart } from './part-positions.js'
import { entriesOf, fieldsOf, itemsOf, namesIn, numberIn, plainOf, type Shaped, textIn, wrong } from './yaml-shape.js'

const TOP_KEYS = ['assembly', 'mode', 'scale', 'types', 'components', 'links', 'limits']
const TYPE_KEYS = ['places', 'initial', 'groups', 'uses', 'reads', 'provides', 'writes', 'transitions']
const TRANSITION_KEYS = ['from', 'to', 'uses', 'lasts', 'claims', 'gives', 'timeout', 'do']

/** Whether a loaded YAML value means to be an assembly: a mapping with the key `assembly`. */
export function isAssembly(value: Value): boolean {
  return value instanceof Dict && value.has('assembly')
}

/**
 * The assembly of a YAML text. Throws ParserError for what is no YAML, AssemblyError for what is no assembly.
 * @param file what messages name
 */
export function readAssembly(text: string, file: string): Assembly {
  const value = loadYaml(text, file, { duplicateKeys: 'error' })
  const top: Shaped = { value, what: 'an assembly', position: { file, line: 1, column: 1 } }
  if (!isAssembly(value)) throw assemblyError('An assembly begins with the key assembly and its name', top.position)
  const fields = fieldsOf(top, TOP_KEYS)
  const types = new Map<Id, ComponentType>()
  for (const [name, shaped] of entriesOf(field(fields, 'types'))) types.set(name, readType(shaped, `type ${name}`))
  const components = entriesOf(field(fields, 'components')).map(([id, shaped]) => readComponent(id, shaped, types))
  const limits = entriesOf(field(fields, 'limits')).map(([name, shaped]) => [name, capacityIn(shaped)] as const)
  return {
    name: textIn(fields.get('assembly') as Shaped),
    mode: readMode(fields.get('mode')),
    scale: fields.has('scale') ? numberIn(field(fields, 'scale')) : 1,
    types,
    components,
    links: readLinks(field(fields, 'links'), components),
    limits: new Map(limits),
  }
}

const NOTHING: Shaped = { value: null, what: 'it', position: undefined }
const field = (fields: ReadonlyMap<string, Shaped>, name: string): Shaped => fields.get(name) ?? NOTHING

function readMode(shaped: Shaped | undefined): Mode {
  if (shaped === undefined) return 'monotone'
  const mode = textIn(shaped)
  if (mode !== 'monotone' && mode !== 'groups') throw wrong(shaped, 'monotone or groups')
  return mode
}

function capacityIn(shaped: Shaped): number {
  const capacity = numberIn(shaped)
  if (!Number.isInteger(capacity) || capacity < 1) throw wrong(shaped, 'a whole number, 1 or more')
  return capacity
}

function readComponent(id: Id, shaped: Shaped, types: ReadonlyMap<Id, ComponentType>): Component {
  const note = (component: Component) => notePart(component, () => shaped.position)
  const named = (name: Shaped): ComponentType => {
    const type = types.get(textIn(name))
    if (type !== undefined) return type
    const hint = types.size === 0 ? 'There are no types.' : `There are: ${[...types.keys()].join(', ')}.`
    throw assemblyError(`Component ${id} is of type ${textIn(name)}, which does not exist`, name.position, hint)
  }
  if (!(shaped.value instanceof Dict)) return note({ id, type: named(shaped), typeName: textIn(shaped) })
  const isOfType = shaped.value.has('type')
  const fields = fieldsOf({ ...shaped, what: `component ${id}` }, isOfType ? ['type', 'vars'] : ['vars', ...TYPE_KEYS])
  const vars = fields.get('vars')
  const extra = vars === undefined ? {} : { vars: objectIn(vars) }
  const typeField = fields.get('type')
  if (typeField !== undefined) return note({ id, type: named(typeField), typeName: textIn(typeField), ...extra })
  return note({ id, type: readType(shaped, `component ${id}`, ['vars']), ...extra })
}

function objectIn(shaped: Shaped): Readonly<Record<string, unknown>> {
  if (!(shaped.value instanceof Dict)) throw wrong(shaped, 'a mapping')
  return plainOf(shaped) as Record<string, unknown>
}

function readType(shaped: Shaped, what: string, others: readonly string[] = []): ComponentType {
  const fields = fieldsOf({ ...shaped, what }, [...TYPE_KEYS, ...others])
  const placesField = fields.get('places')
  if (placesField === undefined) throw assemblyError(`${what} has no places`, shaped.position)
  const places = namesIn(placesField)
  const transitions = entriesOf(field(fields, 'transitions')).map(([id, it]) => readTransition(id, it, what))
  const initialField = fields.get('initial')
  const type: ComponentType = {
    places,
    initial: initialField === undefined ? defaultInitial(places, transitions) : namesIn(initialField),
    groups: new Map(entriesOf(field(fields, 'groups')).map(([name, it]) => [name, namesIn(it)])),
    ports: readPorts(fields),
    transitions,
  }
  const { value } = shaped
  return notePart(type, key =>
    typeof key === 'string' && value instanceof Dict ? keyPositionOf(value, key) : shaped.position,
  )
}

/** The places that no transition ends at. */
export function defaultInitial(places: readonly Id[], transitions: readonly Transition[]): readonly Id[] {
  const entered = new Set(transitions.map(({ to }) => to))
  return places.filter(place => !entered.has(place))
}

function readPorts(fields: ReadonlyMap<string, Shaped>): readonly Port[] {
  const ports: Port[] = []
  const add = (port: Port, { position }: Shaped) => ports.push(notePart(port, () => position))
  for (const [id, it] of entriesOf(field(fields, 'uses'))) add({ kind: 'use', id, type: textIn(it) }, it)
  for (const [id, it] of entriesOf(field(fields, 'reads'))) add({ kind: 'data-use', id, type: textIn(it) }, it)
  for (const [id, it] of entriesOf(field(fields, 'provides'))) {
    const port = fieldsOf(it, ['type', 'while'])
    add({ kind: 'provide', id, type: textIn(needed(port, 'type', it)), groups: namesIn(needed(port, 'while', it)) }, it)
  }
  for (const [id, it] of entriesOf(field(fields, 'writes'))) {
    const port = fieldsOf(it, ['type', 'at'])
    add(
      { kind: 'data-provide', id, type: textIn(needed(port, 'type', it)), places: namesIn(needed(port, 'at', it)) },
      it,
    )
  }
  return ports
}

function needed(fields: ReadonlyMap<string, Shaped>, name: string, of: Shaped): Shaped {
  const found = fields.get(name)
  if (found === undefined) throw assemblyError(`${of.what} has no ${name}`, of.position)
  return found
}

function readTransition(id: Id, shaped: Shaped, of: string): Transition {
  const named: Shaped = { ...shaped, what: `transition ${id} of ${of}` }
  const fields = fieldsOf(named, TRANSITION_KEYS)
  const optional = <R>(name: string, read: (it: Shaped) => R) => {
    const found = fields.get(name)
    return found === undefined ? undefined : read(found)
  }
  const lasts = optional('lasts', durationIn)
  const claims = optional('claims', namesIn)
  const gives = optional('gives', objectIn)
  const timeout = optional('timeout', numberIn)
  const action = optional('do', actionIn)
  const transition: Transition = {
    id,
    from: textIn(needed(fields, 'from', named)),
    to: textIn(needed(fields, 'to', named)),
    uses: optional('uses', namesIn) ?? [],
    ...(action !== undefined && { action }),
    ...(lasts !== undefined && { lasts }),
    ...(claims !== undefined && { claims }),
    ...(gives !== undefined && { gives }),
    ...(timeout !== undefined && { timeout }),
  }
  return notePart(transition, key => (typeof key === 'string' ? fields.get(key)?.position : shaped.position))
}

function durationIn(shaped: Shaped): Duration {
  if (!Array.isArray(shaped.value)) {
    const seconds = numberIn(shaped)
    return { min: seconds, max: seconds }
  }
  const [min, max, ...more] = itemsOf(shaped).map(numberIn)
  if (min === undefined || max === undefined || more.length > 0 || max < min) {
    throw wrong(shaped, 'a number of seconds or [shortest, longest]')
  }
  return { min, max }
}

function actionIn(shaped: Shaped): Action {
  if (isText(shaped.value)) return notePart({ kind: textIn(shaped), argument: null }, () => shaped.position)
  const [entry, ...more] = entriesOf(shaped)
  if (entry === undefined || more.length > 0)
    throw wrong(shaped, 'a word, or a word with its argument as in {command: make}')
  const [kind, argument] = entry
  return notePart({ kind, argument: plainOf(argument) }, () => shaped.position)
}

function readLinks(shaped: Shaped, components: readonly Component[]): readonly Link[] {
  const byId = new Map(components.map(component => [component.id, component]))
  const links = entriesOf(shaped).map(([name, it]): Link => {
    const dict = shaped.value as Dict
    const position = keyPositionOf(dict, name) ?? positionOf(dict)
    const user = referenceIn({ value: name, what: 'the user of a link', position }, byId)
    return notePart({ user, provider: referenceIn(it, byId) }, () => position)
  })
  return notePart(links, () => shaped.position)
}

/** `component.port`, where either may have dots of its own. */
function referenceIn(shaped: Shaped, components: ReadonlyMap<Id, Component>): PortReference {
  const text = textIn(shaped)
  const splits: PortReference[] = []
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    splits.push({ component: text.slice(0, dot), port: text.slice(dot + 1) })
  }
  const complete = splits.filter(({ component, port }) =>
    components.get(component)?.type.ports.some(({ id }) => id === port),
  )
  if (complete.length > 1) throw assemblyError(`${text} means two ports: rename one of the components`, shaped.position)
  const found = complete[0] ?? splits.findLast(({ component }) => components.has(component)) ?? splits.at(-1)
  if (found === undefined) throw wrong(shaped, 'component.port')
  return found
}
