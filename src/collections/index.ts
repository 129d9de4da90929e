// Collections and plugin files: where a module, a plugin, a role of a collection is, under which name it is known,
// and what its collection says about it (redirects, deprecations, removal, action groups).

export { ActionGroups, resolveActionName } from './action-groups.js'
export {
  CollectionFinder,
  type CollectionFinderOptions,
  type CollectionPlaybook,
  type CollectionRole,
  UnsupportedCollectionError,
} from './collection-finder.js'
export { DiskCache, defaultCacheDirectory } from './disk-cache.js'
export type { LegacyDirectories } from './legacy-directories.js'
export type { ActionGroupEntry, CollectionMetadata, RoutingEntry } from './metadata.js'
export { type Deprecation, deprecationMessage, type NoticeSink, silentNotices } from './notices.js'
export { readPluginFilters } from './plugin-filters.js'
export {
  type FindOptions,
  type MissingPlugin,
  PluginFinder,
  type PluginFinderOptions,
  PluginRedirectError,
  PluginRemovedError,
  type ResolvedPlugin,
} from './plugin-finder.js'
export { PLUGIN_KINDS, type PluginKind } from './plugin-kinds.js'
export { type CollectionReference, isCollectionName, isFullyQualified, parseReference } from './reference.js'
