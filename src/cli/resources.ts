// What this process has cost so far.
import type { RunResources } from '../engine/events.js'
import { templatingMs } from '../jinja/index.js'

/** Processor time, memory and how the event loop spent its time, since the process started. */
export function resourcesSpent(): RunResources {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const { active, idle } = performance.eventLoopUtilization()
  return {
    cpuUserSeconds: userCPUTime / 1e6,
    cpuSystemSeconds: systemCPUTime / 1e6,
    peakMemoryBytes: maxRSS * 1024,
    activeMs: Math.round(active),
    waitingMs: Math.round(idle),
    templatingMs: Math.round(templatingMs()),
  }
}
