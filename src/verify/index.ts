// Questions about assemblies and orders that are answered without running anything.
export {
  type ComparedRun,
  compareOrder,
  type ExtraPrecedence,
  type MissingPrecedence,
  type OrderComparison,
} from './compare-order.js'
export { comparisonText } from './comparison-text.js'
