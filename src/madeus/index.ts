// Madeus: the model of assemblies and its operational semantics. Knows nothing of what the transitions do.
//
// - `Assembly` and its parts: the model as data. `readAssembly`/`writeAssembly`: as a YAML text people edit.
// - `checkAssembly`: what is wrong with it, with names. `predict`: total time, critical path, slack.
// - `Executor`: runs it, fast, and lets it grow while it runs. `runAssembly`: a whole one from start to end.
// - `Rules`: the rules as written, slow and plain: the definition that the executor is held against.

export {
  type Action,
  type Assembly,
  type Component,
  type ComponentType,
  type DataProvidePort,
  type DataUsePort,
  type Duration,
  type Id,
  type Link,
  type Mode,
  type Port,
  type PortReference,
  type ProvidePort,
  qualified,
  type Transition,
  type UsePort,
} from './assembly.js'
export { AssemblyError, errorOf, placed } from './assembly-error.js'
export { assemblyOfPrecedences, type OrderedTransition, type OrderOptions } from './assembly-of-precedences.js'
export { checkAssembly, type Finding } from './check.js'
export { type Configuration, configurationOf, initialConfiguration } from './configuration.js'
export { DependencyGraph, dependencyGraph, type Vertex } from './dependency-graph.js'
export {
  ActionFailure,
  type ActionResult,
  Executor,
  type ExecutorOptions,
  type Failed,
  type Outcome,
  type Rule,
  type Step,
  type Values,
} from './executor.js'
export type { NewTransition } from './growth.js'
export {
  Limit,
  LiveComponent,
  LivePlace,
  type LivePort,
  LiveProvide,
  LiveTransition,
  LiveUse,
  type TransitionState,
} from './live.js'
export { type LiveAssembly, loadAssembly, type Task } from './load-assembly.js'
export { partPosition } from './part-positions.js'
export { declaredDuration, type PredictedTransition, type Prediction, predict } from './predict.js'
export { isAssembly, readAssembly } from './read-assembly.js'
export { type RuleInstance, Rules, type World } from './rules.js'
export { type ActionCall, type AssemblyRun, type Ran, type RunAssemblyOptions, runAssembly } from './run-assembly.js'
export type { Reason, Waiting } from './waiting.js'
export { writeAssembly } from './write-assembly.js'
