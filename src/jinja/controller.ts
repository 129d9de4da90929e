// What plugins may use of the controller besides variables: files, secrets, settings, warnings.

import type { Value } from '../python/values.js'
import type { DataLoader } from '../yaml/index.js'

export interface Controller {
  /** Reads files relative to the play's folder and decrypts vaults. */
  readonly loader: DataLoader
  /** Value of a setting by the name it has in ansible.constants (`DEFAULT_BECOME_USER`); undefined when there is none. */
  setting(name: string): Value | undefined
  /** Value of a plugin's own option; undefined when plugin or option are unknown. */
  pluginSetting?(type: string, plugin: string, option: string): Value | undefined
  warn(message: string): void
  /** Whether Ansible's Python has passlib, which chooses other rounds than crypt. Default: it has. */
  hasPasslib?(): boolean
}
