// All settings of ansible-core 2.14 in one table.
import type { ValueOf } from './definition.js'
import { COLLECTIONS_SETTINGS } from './settings-collections.js'
import { CONNECTION_SETTINGS } from './settings-connection.js'
import { DISPLAY_SETTINGS } from './settings-display.js'
import { INVENTORY_SETTINGS } from './settings-inventory.js'
import { PATHS_SETTINGS } from './settings-paths.js'
import { RUN_SETTINGS } from './settings-run.js'

export const SETTINGS = {
  ...PATHS_SETTINGS,
  ...DISPLAY_SETTINGS,
  ...CONNECTION_SETTINGS,
  ...INVENTORY_SETTINGS,
  ...COLLECTIONS_SETTINGS,
  ...RUN_SETTINGS,
} as const

export type SettingName = keyof typeof SETTINGS
/** The value type of every setting, by name. */
export type SettingTypes = { readonly [N in SettingName]: ValueOf<(typeof SETTINGS)[N]> }
