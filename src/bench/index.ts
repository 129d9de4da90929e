// Comparing runners of the same playbook, by running them or from the log of one.

export { type Prediction, predict, predictionText, TaskTimes } from './predict.js'
export { benchText } from './print.js'
export { type BenchOptions, runBench } from './run-bench.js'
export { findRunners, type Runner } from './runners.js'
