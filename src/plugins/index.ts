// The plugin host: Ansible's Python plugins on the controller, run by the installed ansible-core in one warm Python
// process that starts on first use. Everything that needs Python goes through here.

export { foreignFactCache } from './fact-cache.js'
export { type ForeignCallbackOptions, ForeignCallbacks } from './foreign-callbacks.js'
export { type ForeignPlugins, foreignPlugins, ScopeMapping } from './foreign-plugins.js'
export { foreignInventory } from './inventory-plugins.js'
export type { HostVoice } from './notes.js'
export { PluginHost, PluginHostError, type PluginHostOptions } from './plugin-host.js'
export { type ForeignStrategy, foreignStrategy, type StrategyBase } from './strategy-base.js'
export { type DebugOutcome, DebugSession, type DebugStop } from './task-debugger.js'
export { foreignTemplates } from './template-fallback.js'
export { foreignVars } from './vars-plugins.js'
export { PluginException, WorkerHost, type WorkerJob, type WorkerOutcome } from './worker-host.js'
