// Splitting `k=v` arguments belongs to a lower layer, where lookups can use it too.

export { joinArgs, parseKv, splitArgs } from '../config/splitter.js'
