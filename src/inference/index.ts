// What every task run touches, on which evidence, and which runs may therefore not change places.

export { ASSUMPTIONS, type Assumption, type AssumptionName } from './assumptions.js'
export {
  type Access,
  type Claim,
  type Ensured,
  type Footprint,
  type FootprintSource,
  NO_FOOTPRINT,
  opaqueFootprint,
  scopeOf,
  type TaskCall,
  unionOf,
} from './footprint.js'
export { FootprintModel, type FootprintModelOptions } from './footprint-model.js'
export { type Conflict, conflictBetween, type HazardKind, type HazardRule, type RunPlace } from './hazard.js'
export { type Hazard, HazardIndex, type HazardIndexOptions } from './hazard-index.js'
export { pluginMayReturnFacts } from './plugin-facts.js'
export {
  CONTROLLER,
  describeResource,
  EVERYWHERE,
  everythingOf,
  overlaps,
  type Resource,
  type ResourceKind,
  resource,
  SHARED,
  tree,
} from './resource.js'
export type { RunGroup } from './run-group.js'
export { hasUnknown, partlyKnown, UNKNOWN, withoutTemplates } from './unknown.js'
export { type VariableWrites, variableWritesOf, type WritesOptions } from './variable-writes.js'
