export { type HostVariableRead, type ReadsOptions, type VariableReads, variablesRead } from './variables-read.js'
