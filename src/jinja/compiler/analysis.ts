// Walks a scope of a template and tells Symbols what it reads and writes; finds what special names a body uses.
// Mirrors jinja2/idtracking.py RootVisitor, FrameSymbolVisitor and jinja2/compiler.py find_undeclared.

import { type AnyNode, type ForNode, forEachChild, type Statement, type Target, walk } from '../syntax/nodes.js'
import type { Symbols } from './symbols.js'

/** The names used in the statements of a scope. */
export function analyzeAll(symbols: Symbols, nodes: readonly AnyNode[]): void {
  let current = symbols
  const visit = (node: AnyNode): void => {
    switch (node.typename) {
      case 'Name':
        if (node.ctx === 'param') current.declareParameter(node.name)
        else if (node.ctx === 'store') current.store(node.name)
        else current.load(node.name)
        return
      case 'NSRef':
        current.load(node.name)
        return
      case 'If':
        visit(node.test)
        current.mergeBranches([branch(node.body), branch(node.elifs), branch(node.otherwise)])
        return
      case 'Macro':
        current.store(node.name)
        return
      case 'Import':
        visit(node.template)
        current.store(node.target)
        return
      case 'FromImport':
        visit(node.template)
        for (const [, alias] of node.names) current.store(alias)
        return
      case 'Assign':
        visit(node.node)
        visit(node.target)
        return
      case 'AssignBlock':
        visit(node.target)
        return
      case 'For':
        visit(node.iter)
        return
      case 'CallBlock':
        visit(node.call)
        return
      case 'FilterBlock':
        visit(node.filter)
        return
      case 'With':
        node.values.forEach(visit)
        return
      case 'Block':
      case 'Autoescape':
        return
      default:
        forEachChild(node, visit)
    }
  }
  const branch = (nodesOfBranch: readonly AnyNode[]): Symbols => {
    const outer = current
    current = outer.copy()
    nodesOfBranch.forEach(visit)
    const result = current
    current = outer
    return result
  }
  nodes.forEach(visit)
}

/** The names of a loop's target are parameters of its body, its test and nothing else. */
export function analyzeLoop(symbols: Symbols, loop: ForNode, part: 'body' | 'test' | 'else'): void {
  if (part !== 'else') declareTarget(symbols, loop.target)
  if (part === 'body') analyzeAll(symbols, loop.body)
  else if (part === 'else') analyzeAll(symbols, loop.otherwise)
  else if (loop.test !== null) analyzeAll(symbols, [loop.test])
}

function declareTarget(symbols: Symbols, target: Target): void {
  for (const name of namesOf(target)) symbols.declareParameter(name)
}

/** The plain names in an assignment target. */
export function namesOf(target: Target): string[] {
  if (target.typename === 'Name') return [target.name]
  if (target.typename === 'Tuple') return target.items.flatMap(item => namesOf(item as Target))
  return []
}

/** Which of some special names (`loop`, `caller`, `self`…) are read before anything sets them; blocks are left out. */
export function findUndeclared(nodes: readonly AnyNode[], names: readonly string[]): Set<string> {
  const wanted = new Set(names)
  const found = new Set<string>()
  walk(nodes, node => {
    if (wanted.size === 0) return false
    if (node.typename !== 'Name') return node.typename !== 'Block'
    if (node.ctx === 'load' && wanted.has(node.name)) {
      found.add(node.name)
      if (found.size === wanted.size) wanted.clear()
    } else wanted.delete(node.name)
    return false
  })
  return found
}

/** Whether something below is a block with `scoped`. */
export function holdsScopedBlock(nodes: readonly Statement[]): boolean {
  let found = false
  walk(nodes, node => {
    if (node.typename === 'Block' && node.scoped) found = true
    return !found
  })
  return found
}
