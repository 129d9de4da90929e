// The engine: runs playbooks against hosts and tells what happens. Small on purpose: callers give services and get
// events and an exit code.

export { type ActionContext, ActionExit, type ActionRunner, type ActionTraits } from './action.js'
export { DebuggerQuit, InterruptedError } from './errors.js'
export type { EngineEvent, EngineEventKind, EventSink, HostSummary, PlayInfo, RunStats, TaskInfo } from './events.js'
export type { LookaheadOptions, Order } from './lookahead/lookahead.js'
export { removeOmitted, withModuleDefaults } from './module-defaults.js'
export type { Plan, PlanNode, PlannedGroup, PlannedRun, PlanWait } from './plan/plan.js'
export { planPlaybooks } from './plan/plan-playbooks.js'
export type { PlanOptions } from './plan/plan-walk.js'
export { type RunResult, runPlaybooks } from './run-playbooks.js'
export type { EngineOptions, EngineServices, Prompter } from './services.js'
export type { TaskDebugger } from './task-debugger.js'
