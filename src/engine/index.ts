// The engine: runs loaded playbooks against hosts and tells what happens. Small on purpose: callers give services
// and get events and an exit code.

export { ActionExit, type ActionContext, type ActionRunner, type ActionTraits } from './action.js'
export type { EngineEvent, EngineEventKind, EventSink, HostSummary, PlayInfo, RunStats, TaskInfo } from './events.js'
