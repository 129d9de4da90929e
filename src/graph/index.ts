// Directed graphs: orders, cycles with their members, reachability, reduction, longest paths, drawings. No words of
// what the nodes mean.
export { type Drawing, toDot, toMermaid } from './drawing.js'
export { Graph } from './graph.js'
export { longestPaths, type Schedule } from './longest-path.js'
export { findCycles, type Ordering, topologicalOrder } from './order.js'
export { ancestors, descendants, pathBetween, transitiveReduction } from './reach.js'
