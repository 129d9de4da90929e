// Constant expressions, as far as Jinja2's optimizer shows: folding a dict display with an unhashable key fails.

import type { Expression } from '../syntax/nodes.js'

/** Whether a dict key is constant and cannot be hashed: a list, a dict, or a tuple that holds one. */
export function isUnhashableConstant(node: Expression): boolean {
  if (!isConstant(node)) return false
  if (node.typename === 'List' || node.typename === 'Dict') return true
  return node.typename === 'Tuple' && node.items.some(isUnhashableConstant)
}

function isConstant(node: Expression): boolean {
  switch (node.typename) {
    case 'Const':
      return true
    case 'Tuple':
    case 'List':
      return node.items.every(isConstant)
    case 'Dict':
      return node.items.every(pair => isConstant(pair.key) && isConstant(pair.value))
    default:
      return false
  }
}
