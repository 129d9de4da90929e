// Symbolic and hard links that a playbook makes: a path below such a link is also one below where it leads.

export class PathLinks {
  readonly #links = new Map<string, { readonly from: readonly string[]; readonly to: readonly string[] }[]>()

  note(scope: string, from: readonly string[], to: readonly string[]): void {
    const links = this.#links.get(scope) ?? []
    this.#links.set(scope, links)
    if (!links.some(link => isSame(link.from, from) && isSame(link.to, to))) links.push({ from, to })
  }

  /** Other names of a path. Links of links are followed as far as they lead. */
  of(scope: string, path: readonly string[]): readonly (readonly string[])[] {
    const links = this.#links.get(scope)
    if (links === undefined) return []
    const found: (readonly string[])[] = []
    const rest = [path]
    for (let next = rest.pop(); next !== undefined && found.length < 32; next = rest.pop())
      for (const { from, to } of links) {
        const current = next
        // A path above the link covers it, and so, through it, where it leads.
        const other = startsWith(current, from)
          ? [...to, ...current.slice(from.length)]
          : startsWith(from, current)
            ? to
            : undefined
        if (other === undefined || isSame(other, path) || found.some(one => isSame(one, other))) continue
        found.push(other)
        rest.push(other)
      }
    return found
  }
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.length <= path.length && start.every((part, at) => part === path[at])
const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && startsWith(a, b)
