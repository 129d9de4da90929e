// Reads YAML and JSON exactly as Ansible's DataLoader does: YAML 1.1 scalars, positions of every mapping, list and
// value, !vault and !unsafe, duplicate keys, and the texts of its errors.
export { DataLoader, type DataLoaderOptions, FileNotFoundError } from './data-loader.js'
export { deepCopy } from './deep-copy.js'
export { describePosition, withPosition } from './describe-position.js'
export {
  type LoadYamlOptions,
  loadYaml,
  loadYamlAll,
  loadYamlSafe,
  loadYamlSafeAll,
  YamlError,
} from './load-yaml.js'
export { copyPosition, keyPositionOf, positionOf, setPosition } from './positions.js'
