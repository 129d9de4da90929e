// What tasks touch, named so that two names can be compared: the lattice of locations of docs/inference.md. Two
// resources overlap when one contains the other; nothing else is ever assumed about names.

/** What hosts share: network services, databases, remote APIs, other machines. */
export const SHARED = ''
/** Machine that madansible runs on. */
export const CONTROLLER = 'controller'
/** Scope of the one resource that contains all others. */
export const EVERYWHERE = '*'

export type ResourceKind =
  /** Everything of the scope. */
  | 'any'
  | 'file'
  | 'package'
  /** The unit on a host. */
  | 'service'
  /** Accounts: path `user NAME` or `group NAME`. */
  | 'user'
  | 'container'
  | 'image'
  | 'volume'
  /** Parameters, modules, firewall, network of the running kernel. */
  | 'kernel'
  | 'cron'
  | 'mount'
  | 'process'
  /** Shared: a network service that several hosts may use; path `NAME`, or `NAME HOST` for one of its servers. */
  | 'endpoint'
  | 'database'
  | 'api'
  | 'external'

export const RESOURCE_KINDS: readonly ResourceKind[] = [
  'any',
  'file',
  'package',
  'service',
  'user',
  'container',
  'image',
  'volume',
  'kernel',
  'cron',
  'mount',
  'process',
  'endpoint',
  'database',
  'api',
  'external',
]

export interface Resource {
  /** Machine it is on: a host's name, CONTROLLER, SHARED, or EVERYWHERE (with kind `any`). */
  readonly scope: string
  readonly kind: ResourceKind
  readonly path: readonly string[]
  /** Names everything below the path, too. */
  readonly isTree: boolean
}

const NO_PATH: readonly string[] = []

/** One thing. */
export function resource(scope: string, kind: ResourceKind, ...path: readonly string[]): Resource {
  return { scope, kind, path, isTree: false }
}

/** A thing and all below it; without a path, all of a kind. */
export function tree(scope: string, kind: ResourceKind, ...path: readonly string[]): Resource {
  return { scope, kind, path, isTree: true }
}

/** Everything of a scope. */
export function everythingOf(scope: string): Resource {
  return { scope, kind: 'any', path: NO_PATH, isTree: true }
}

/** Whether one contains the other (or they are the same). Symmetric. */
export function overlaps(a: Resource, b: Resource): boolean {
  if (a.scope === EVERYWHERE || b.scope === EVERYWHERE) return true
  if (a.scope !== b.scope) return false
  if (a.kind === 'any' || b.kind === 'any') return true
  if (a.kind !== b.kind) return false
  const shorter = a.path.length <= b.path.length ? a : b
  const longer = shorter === a ? b : a
  if (shorter.path.length < longer.path.length && !shorter.isTree) return false
  return shorter.path.every((part, at) => part === longer.path[at])
}

/** Steps from the root of all resources to this one; a resource lies below another when its steps begin with those. */
export function stepsOf(resource: Resource): readonly string[] {
  if (resource.scope === EVERYWHERE) return NO_PATH
  if (resource.kind === 'any') return [resource.scope]
  return [resource.scope, resource.kind, ...resource.path]
}

/** Everything below counts, too: `any` always does. */
export const coversBelow = (resource: Resource): boolean => resource.isTree || resource.kind === 'any'

/** As people read it: `file:/etc/nginx/** on web1`. */
export function describeResource(resource: Resource): string {
  if (resource.scope === EVERYWHERE) return 'everything on all hosts'
  const where =
    resource.scope === SHARED ? '' : resource.scope === CONTROLLER ? ' on the controller' : ` on ${resource.scope}`
  if (resource.kind === 'any') return resource.scope === SHARED ? 'everything that hosts share' : `everything${where}`
  const path = resource.kind === 'file' ? `/${resource.path.join('/')}` : resource.path.join(' ')
  const below = resource.isTree ? (path === '' || path === '/' ? '*' : resource.kind === 'file' ? '/**' : ' *') : ''
  return `${resource.kind}:${path === '/' && below !== '' ? '/**' : path + below}${where}`
}
