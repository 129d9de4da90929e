// Writes an assembly as the YAML text that readAssembly reads: always the same text for the same assembly, short parts
// on one line.
import type { Action, Assembly, Component, ComponentType, Duration, Id, Port, Transition } from './assembly.js'
import { qualified } from './assembly.js'
import { defaultInitial } from './read-assembly.js'
import { type Tree, writeYaml } from './write-yaml.js'

/** The text; reading it gives an equal assembly (comments and layout of a file it was read from are not kept). */
export function writeAssembly(assembly: Assembly): string {
  const { name, mode, scale, types, components, links, limits } = assembly
  return writeYaml([
    ['assembly', name],
    ['mode', mode === 'monotone' ? undefined : mode],
    ['scale', scale === 1 ? undefined : scale],
    ['types', mapped([...types], type => typeTree(type))],
    [
      'components',
      mapped(
        components.map(component => [component.id, component]),
        componentTree,
      ),
    ],
    [
      'links',
      links.map(({ user, provider }): [string, Tree] => [
        qualified(user.component, user.port),
        qualified(provider.component, provider.port),
      ]),
    ],
    ['limits', [...limits]],
  ])
}

type Pairs = (readonly [string, Tree | undefined])[]

function mapped<V>(entries: readonly (readonly [string, V])[], tree: (value: V) => Tree): Tree {
  return entries.map(([name, value]): [string, Tree] => [name, tree(value)])
}

function componentTree({ type, typeName, vars }: Component): Tree {
  if (typeName === undefined) return [['vars', vars && { plain: vars }], ...typeTree(type)]
  if (vars === undefined) return typeName
  return [
    ['type', typeName],
    ['vars', { plain: vars }],
  ]
}

function typeTree(type: ComponentType): Pairs {
  const ports = <K extends Port['kind']>(kind: K) =>
    type.ports.filter((port): port is Extract<Port, { kind: K }> => port.kind === kind)
  const simple = (kind: 'use' | 'data-use') => ports(kind).map(({ id, type: of }): [string, Tree] => [id, of])
  const isDefault = sameNames(type.initial, defaultInitial(type.places, type.transitions))
  return [
    ['places', { plain: type.places }],
    ['initial', isDefault ? undefined : { plain: type.initial }],
    ['groups', [...type.groups].map(([name, places]): [string, Tree] => [name, { plain: places }])],
    ['uses', simple('use')],
    ['reads', simple('data-use')],
    ['provides', ports('provide').map(port => [port.id, portTree(port.type, 'while', port.groups)] as const)],
    ['writes', ports('data-provide').map(port => [port.id, portTree(port.type, 'at', port.places)] as const)],
    ['transitions', type.transitions.map(transition => [transition.id, transitionTree(transition)] as const)],
  ]
}

function sameNames(a: readonly Id[], b: readonly Id[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at])
}

function portTree(type: string, key: string, names: readonly Id[]): Tree {
  return [
    ['type', type],
    [key, oneOrMore(names)],
  ]
}

function oneOrMore(names: readonly Id[]): Tree {
  return names.length === 1 ? (names[0] as Id) : { plain: names }
}

function transitionTree({ from, to, uses, lasts, claims, gives, timeout, action }: Transition): Tree {
  return [
    ['from', from],
    ['to', to],
    ['uses', uses.length === 0 ? undefined : { plain: uses }],
    ['lasts', lasts && durationTree(lasts)],
    ['claims', claims && { plain: claims }],
    ['gives', gives && { plain: gives }],
    ['timeout', timeout],
    ['do', action && actionTree(action)],
  ]
}

function actionTree({ kind, argument }: Action): Tree {
  return argument === null ? kind : [[kind, { plain: argument }]]
}

function durationTree({ min, max }: Duration): Tree {
  return min === max ? min : { plain: [min, max] }
}
