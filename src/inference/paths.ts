// Paths in arguments as resources: normal form, usual links folded, cut where they are not known yet. A file is always
// taken with all below it: whoever writes a directory may change what lies in it.

import { type Resource, resource, tree } from './resource.js'
import { UNKNOWN } from './unknown.js'

/** A path as far as it is known. */
export interface KnownPath {
  readonly parts: readonly string[]
  /** The path goes on with something unknown: it means all that may lie below `parts`. */
  readonly isCut: boolean
}

const FOLDED: readonly (readonly [from: readonly string[], to: readonly string[]])[] = [
  [['var', 'run'], ['run']],
  [
    ['var', 'lock'],
    ['run', 'lock'],
  ],
  [['bin'], ['usr', 'bin']],
  [['sbin'], ['usr', 'sbin']],
  [['lib'], ['usr', 'lib']],
  [['lib64'], ['usr', 'lib64']],
  [['lib32'], ['usr', 'lib32']],
]

/**
 * The path of an argument, without what stands after something unknown. `base` is what relative paths start from;
 * without it they may be anywhere. `home` is what `~` means.
 */
export function knownPath(text: string, base?: KnownPath, home?: (user: string) => KnownPath): KnownPath {
  const [first = '', ...rest] = text.split('/')
  if (first === '' && text.startsWith('/')) return follow([], rest, false)
  if (first.startsWith('~')) {
    const start = first.includes(UNKNOWN) ? undefined : home?.(first.slice(1))
    return start === undefined || start.isCut ? (start ?? ANYWHERE) : follow(start.parts, rest, false)
  }
  if (base === undefined || text.startsWith(UNKNOWN)) return ANYWHERE
  return base.isCut ? base : follow(base.parts, [first, ...rest], false)
}

export const ANYWHERE: KnownPath = { parts: [], isCut: true }

function follow(start: readonly string[], parts: readonly string[], isCut: boolean): KnownPath {
  const path = [...start]
  for (const part of parts) {
    if (part.includes(UNKNOWN) || part.includes('$')) {
      isCut = true
      break
    }
    if (part === '..') path.pop()
    else if (part !== '' && part !== '.') path.push(part)
  }
  return { parts: fold(path), isCut }
}

function fold(path: readonly string[]): readonly string[] {
  for (const [from, to] of FOLDED)
    if (path.length >= from.length && from.every((part, at) => part === path[at]))
      return [...to, ...path.slice(from.length)]
  return path
}

export const fileAt = (scope: string, path: KnownPath): Resource => tree(scope, 'file', ...path.parts)

/** Where container engines keep what volumes hold, unless they are told otherwise. */
const VOLUME_FOLDERS: readonly (readonly string[])[] = [
  ['var', 'lib', 'docker', 'volumes'],
  ['var', 'lib', 'containers', 'storage', 'volumes'],
]

/** The volumes of containers that a path leads into or lies above: `volumes/NAME/_data`, wherever the engine keeps it. */
export function volumesAt(scope: string, path: readonly string[]): readonly Resource[] {
  const data = path.indexOf('_data')
  if (data > 1 && path[data - 2] === 'volumes') return [resource(scope, 'volume', path[data - 1] as string)]
  const holder = VOLUME_FOLDERS.find(folder => folder.every((part, at) => at >= path.length || part === path[at]))
  if (holder === undefined) return []
  const name = path[holder.length]
  return [name === undefined ? tree(scope, 'volume') : resource(scope, 'volume', name)]
}

/** Directories that every system has, so that nobody has to make them. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(
  `/ /boot /dev /etc /home /mnt /media /opt /proc /root /run /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local /usr/local/bin
  /usr/local/etc /usr/local/lib /usr/local/sbin /usr/local/share /usr/sbin /usr/share /usr/src /var /var/cache /var/lib
  /var/log /var/opt /var/spool /var/tmp /etc/cron.d /etc/default /etc/systemd /etc/systemd/system /etc/profile.d
  /etc/sysctl.d /etc/modprobe.d /etc/init.d /etc/ssl /etc/ssl/certs /etc/pam.d /usr/lib/systemd /usr/lib/systemd/system
  /run/lock`.split(/\s+/),
)

/** The directories above a path that somebody may have to make, topmost first. */
export function parentsOf(path: KnownPath): readonly (readonly string[])[] {
  const parents: (readonly string[])[] = []
  for (let length = 1; length < path.parts.length; length++) {
    const parent = path.parts.slice(0, length)
    if (!ALWAYS_THERE.has(`/${parent.join('/')}`)) parents.push(parent)
  }
  return parents
}
