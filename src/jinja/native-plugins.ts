// The filters, tests and lookups that are built in.

import { nativeFilters } from './filters/index.js'
import { nativeLookups } from './lookups/index.js'
import type { PluginSource } from './plugin.js'
import { nativeTests } from './tests/index.js'

export const nativePlugins: PluginSource = {
  filter: name => nativeFilters.get(name),
  test: name => nativeTests.get(name),
  lookup: name => nativeLookups.get(name),
}
