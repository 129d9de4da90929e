// Variables of a task on a host: all of Ansible's precedence levels as layers, magic variables, facts, hostvars.
// Mirrors ansible/vars/manager.py, vars/hostvars.py, vars/fact_cache.py, utils/vars.py (2.14).

export type { Delegation } from './delegation.js'
export { type EarlyView, type HostWrites, NO_WRITES, PendingValueError, type WrittenLayer } from './early-view.js'
export { type FactCache, JsonFileFactCache, MemoryFactCache, openFactCache } from './fact-cache.js'
export { cleanFacts, isUnsafeFact, namespaceFacts, stripInternalKeys } from './facts.js'
export { TaskVars, type VarsQuery } from './task-vars.js'
export { loadExtraVars, preprocessVars } from './variable-files.js'
export { VariableManager, type VariableManagerOptions } from './variable-manager.js'
