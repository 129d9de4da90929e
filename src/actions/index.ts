// Ansible's actions: what a task runs on the controller before, instead of, and around modules.

export type { ActionPluginHost } from './action-plugin.js'
export { createActionPluginHost } from './plugin-host-actions.js'
export { ActionPluginError, createActionRunner } from './runner.js'
export type { ActionServices } from './services.js'
export type { KeyReader, Terminal } from './terminal.js'
