// Which name means what in each scope of a template: local, parameter, alias of an outer local, or looked up in the
// context when the scope is entered. Mirrors jinja2/idtracking.py Symbols; the quirks of Jinja2's scoping live here.

/** How a local gets its first value when its scope is entered. */
export type Load =
  | { readonly kind: 'parameter' }
  | { readonly kind: 'resolve'; readonly name: string }
  | { readonly kind: 'alias'; readonly of: string }
  | { readonly kind: 'undefined' }

const PARAMETER: Load = { kind: 'parameter' }
const UNDEFINED: Load = { kind: 'undefined' }

export class Symbols {
  /** Template name → JavaScript local. */
  refs = new Map<string, string>()
  /** JavaScript local → its first value. */
  loads = new Map<string, Load>()
  stores = new Set<string>()

  constructor(
    readonly parent: Symbols | undefined,
    readonly level: number = parent === undefined ? 0 : parent.level + 1,
  ) {}

  copy(): Symbols {
    const copy = new Symbols(this.parent, this.level)
    copy.refs = new Map(this.refs)
    copy.loads = new Map(this.loads)
    copy.stores = new Set(this.stores)
    return copy
  }

  findLoad(local: string): Load | undefined {
    return this.loads.get(local) ?? this.parent?.findLoad(local)
  }

  findRef(name: string): string | undefined {
    return this.refs.get(name) ?? this.parent?.findRef(name)
  }

  /** The local of a name that the analysis has seen. */
  ref(name: string): string {
    const ref = this.findRef(name)
    if (ref === undefined) throw new Error(`no local for the template name ${name}`)
    return ref
  }

  store(name: string): void {
    this.stores.add(name)
    if (this.refs.has(name)) return
    const outer = this.parent?.findRef(name)
    this.#define(name, outer === undefined ? UNDEFINED : { kind: 'alias', of: outer })
  }

  declareParameter(name: string): string {
    this.stores.add(name)
    return this.#define(name, PARAMETER)
  }

  load(name: string): void {
    if (this.findRef(name) === undefined) this.#define(name, { kind: 'resolve', name })
  }

  /** Takes in what the branches of an `if` did; a name that only some of them set keeps its outer meaning at first. */
  mergeBranches(branches: readonly Symbols[]): void {
    const counts = new Map<string, number>()
    for (const branch of branches)
      for (const name of branch.stores) if (!this.stores.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
    for (const branch of branches) {
      for (const [name, ref] of branch.refs) this.refs.set(name, ref)
      for (const [local, load] of branch.loads) this.loads.set(local, load)
      for (const name of branch.stores) this.stores.add(name)
    }
    for (const [name, count] of counts) {
      if (count === branches.length) continue
      const outer = this.parent?.findRef(name)
      this.loads.set(this.ref(name), outer === undefined ? { kind: 'resolve', name } : { kind: 'alias', of: outer })
    }
  }

  /** Every name set here or further out, with its local. */
  allStores(): Map<string, string> {
    const all = new Map<string, string>()
    for (let scope: Symbols | undefined = this; scope !== undefined; scope = scope.parent)
      for (const name of [...scope.stores].sort()) if (!all.has(name)) all.set(name, this.ref(name))
    return all
  }

  #define(name: string, load: Load): string {
    const local = `l_${this.level}_${escapeName(name)}`
    this.refs.set(name, local)
    this.loads.set(local, load)
    return local
  }
}

/** A name as part of a JavaScript identifier. */
function escapeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, character => `$${character.charCodeAt(0).toString(16)}`)
}
