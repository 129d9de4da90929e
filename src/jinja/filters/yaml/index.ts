// YAML output exactly as PyYAML with libyaml writes it.

export { dumpYaml } from './dump.js'
