// The footprint of a call: the user's rules first, then adapters, then module models, else opaque.

import { OMIT } from '../jinja/index.js'
import type { Dict } from '../python/values.js'
import { canonicalAction } from './action-names.js'
import { AdapterError, type AdapterFile, type Rule, readAdapterFile } from './adapter-file.js'
import { loadAdapters } from './adapters.js'
import { applyRule } from './apply-rule.js'
import { ASSUMPTIONS, type Assumption } from './assumptions.js'
import { Draft, type DraftWorld } from './draft.js'
import { type Footprint, type FootprintSource, opaqueFootprint, scopeOf, type TaskCall, unionOf } from './footprint.js'
import { MODELS } from './models/index.js'
import { PathLinks } from './path-links.js'
import { CONTROLLER, describeResource } from './resource.js'
import { RuleBook } from './rule-book.js'

export interface FootprintModelOptions {
  /** Folders of adapters: roles-adapter, or folders like those in it. */
  readonly adapterFolders: readonly string[]
  /** Folder of the user's playbooks: adapters look there, above it and in `ansible` whether they apply. */
  readonly repository?: string | undefined
  /** The user's own rules, madansible.yml, when there is such a file. */
  readonly repositoryFile?: string | undefined
  /** Whether the repository has a module or action plugin of its own under a short name; built-in models are then not used. */
  readonly isOwnModule?: ((name: string) => boolean) | undefined
  /** Names of assumptions that are not made. */
  readonly withdrawn?: ReadonlySet<string> | undefined
  readonly warn: (message: string) => void
}

export class FootprintModel {
  readonly #user: RuleBook
  readonly #adapters: RuleBook
  readonly #world: DraftWorld
  readonly #used = new Set<string>()

  private constructor(
    private readonly options: FootprintModelOptions,
    user: readonly AdapterFile[],
    adapters: readonly AdapterFile[],
  ) {
    this.#user = new RuleBook(user)
    this.#adapters = new RuleBook(adapters)
    const links = new PathLinks()
    this.#world = {
      withdrawn: options.withdrawn ?? new Set(),
      serviceNamed: name => this.#user.serviceNamed(name) ?? this.#adapters.serviceNamed(name),
      containerNamed: name => this.#user.containerNamed(name) ?? this.#adapters.containerNamed(name),
      isSharedVolume: name => this.#user.isSharedVolume(name) || this.#adapters.isSharedVolume(name),
      linksOf: (scope, path) => links.of(scope, path),
      noteLink: (scope, from, to) => links.note(scope, from, to),
    }
  }

  /** Reads and checks adapters and the user's rules. Throws a MadansibleError with file:line:column for what is wrong in them. */
  static load(options: FootprintModelOptions): FootprintModel {
    for (const name of options.withdrawn ?? [])
      if (!ASSUMPTIONS.some(assumption => assumption.name === name))
        throw new AdapterError(
          `There is no assumption called '${name}'. There are: ${ASSUMPTIONS.map(one => one.name).join(', ')}.`,
        )
    const user = options.repositoryFile === undefined ? [] : [readAdapterFile(options.repositoryFile)]
    const adapters = loadAdapters(options.adapterFolders, options.repository, options.warn)
    return new FootprintModel(options, user, adapters)
  }

  /** What a call touches. Calls of one machine are best asked for in program order: links that they make are remembered. */
  footprintOf(call: TaskCall): Footprint {
    const said = this.#describe({ ...call, action: canonicalAction(call.action), args: withoutOmitted(call.args) })
    const footprint = call.waits === true && !said.isRepeated ? this.#withReady(said, call) : said
    for (const name of footprint.assumptions) this.#used.add(name)
    return footprint
  }

  /** What a task looks at until it is as it should be is ready for those that follow; not so what every module needs. */
  #withReady(said: Footprint, call: TaskCall): Footprint {
    const needed = new Set(
      this.#draft(call, false)
        .finish()
        .reads.map(({ resource }) => describeResource(resource)),
    )
    const looked = said.reads.filter(({ resource }) => !needed.has(describeResource(resource)))
    return { ...said, provides: [...said.provides, ...looked] }
  }

  /** Assumptions that footprints so far rest on. */
  get usedAssumptions(): readonly Assumption[] {
    return ASSUMPTIONS.filter(({ name }) => this.#used.has(name))
  }

  #describe(call: TaskCall): Footprint {
    const footprints = this.#byRules(this.#user, call, 'user') ?? this.#byRules(this.#adapters, call, 'adapter')
    return footprints ?? this.#byModel(call)
  }

  /** What the rules of a book say; with rules that may fit and none that surely does, the model's word counts, too. */
  #byRules(book: RuleBook, call: TaskCall, source: FootprintSource): Footprint | undefined {
    const asked = new Draft(call, this.#world)
    const rules = book.rulesFor(asked)
    if (rules.length === 0) return undefined
    const said = rules.map(rule => this.#byRule(rule, call, source))
    if (!book.isSure(asked))
      said.push(
        source === 'user'
          ? (this.#byRules(this.#adapters, call, 'adapter') ?? this.#byModel(call))
          : this.#byModel(call),
      )
    return unionOf(said)
  }

  #byRule(rule: Rule, call: TaskCall, source: FootprintSource): Footprint {
    const draft = this.#draft(call, rule.control || isControl(rule.like))
    draft.source = source
    applyRule(draft, rule, module => MODELS.get(canonicalAction(module))?.describe)
    return draft.finish()
  }

  #byModel(call: TaskCall): Footprint {
    const short = call.action.slice(call.action.lastIndexOf('.') + 1)
    const isOwn = /^ansible\.(builtin|legacy)\./.test(call.action) && this.options.isOwnModule?.(short) === true
    const model = isOwn ? undefined : MODELS.get(call.action)
    if (model === undefined)
      return opaqueFootprint(
        call,
        `nothing is known about the module ${call.action}: say what it touches in madansible.yml`,
      )
    const draft = this.#draft(call, model.isControl === true)
    model.describe(draft)
    return draft.finish()
  }

  /** A draft with what every module that runs on a machine needs there. */
  #draft(call: TaskCall, isControl: boolean): Draft {
    const draft = new Draft(call, this.#world)
    if (isControl) return draft
    draft.reads(draft.here('process', 'modules'), 'runs on the machine')
    if (call.becomes !== undefined && call.becomes !== 'root') draft.readsUser(call.becomes, 'runs as that user')
    if (call.becomes !== undefined && scopeOf(call) !== CONTROLLER)
      draft.readsFile('/etc/sudoers', 'becomes another user').readsFile('/etc/sudoers.d', 'becomes another user')
    return draft
  }
}

/** Arguments whose value is `omit` were not given. */
function withoutOmitted(args: Dict): Dict {
  let given = args
  for (const [name, value] of args.entries())
    if (value === OMIT) {
      if (given === args) given = args.copy()
      given.delete(name)
    }
  return given
}

const isControl = (module: string | undefined): boolean =>
  module !== undefined && MODELS.get(canonicalAction(module))?.isControl === true
