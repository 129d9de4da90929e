// The footprint of a call: the user's rules first, then adapters, then module models, else opaque.

import { type Footprint, opaqueFootprint, type TaskCall } from './footprint.js'

export interface FootprintModelOptions {
  /** Folders of adapters (roles-adapter/NAME). */
  readonly adapterFolders: readonly string[]
  /** Folder of the user's repository: adapters look there whether they apply. */
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
  private constructor(readonly options: FootprintModelOptions) {}

  /** Reads and checks adapters and the user's rules. Throws a MadansibleError with file:line:column for what is wrong in them. */
  static load(options: FootprintModelOptions): FootprintModel {
    return new FootprintModel(options)
  }

  footprintOf(call: TaskCall): Footprint {
    return opaqueFootprint(call, `nothing is known about ${call.action}`)
  }
}
