// JavaScript for statements whose body has a scope of its own: set, filter, with and autoescape blocks.
// Mirrors jinja2/compiler.py visit_AssignBlock, visit_FilterBlock, visit_With and visit_ScopedEvalContextModifier.

import { truth } from '../../python/index.js'
import type { AssignBlockNode, AutoescapeNode, FilterBlockNode, WithNode } from '../syntax/nodes.js'
import { analyzeAll, namesOf } from './analysis.js'
import type { TemplateCompiler } from './compiler.js'
import type { Frame } from './frame.js'

export function compileAssignBlock(compiler: TemplateCompiler, node: AssignBlockNode, frame: Frame): void {
  const { writer } = compiler
  const inner = frame.inner()
  inner.requireOutputCheck = false
  analyzeAll(inner.symbols, node.body)
  writer.line('{')
  compiler.enterFrame(inner)
  inner.buffer = newBuffer(compiler)
  compiler.statements(node.body, inner)
  const text = `${inner.buffer}.finish()`
  const value = node.filter === null ? text : compiler.expressions.filter(node.filter, inner, text)
  compiler.assign(node.target, `escapedText(c, ${value})`, frame)
  writer.line('}')
}

export function compileFilterBlock(compiler: TemplateCompiler, node: FilterBlockNode, frame: Frame): void {
  const { writer } = compiler
  const inner = frame.inner()
  analyzeAll(inner.symbols, [...node.body, node.filter])
  writer.line('{')
  compiler.enterFrame(inner)
  inner.buffer = newBuffer(compiler)
  compiler.statements(node.body, inner)
  const text = `blockText(c, ${inner.buffer})`
  writer.line(`${frame.buffer}.node(${compiler.expressions.filter(node.filter, inner, text)});`)
  writer.line('}')
}

export function compileWith(compiler: TemplateCompiler, node: WithNode, frame: Frame): void {
  const { writer } = compiler
  const inner = frame.inner()
  analyzeAll(inner.symbols, [...node.targets, ...node.body])
  writer.line('{')
  compiler.declareParameters(node.targets.flatMap(namesOf), inner)
  compiler.enterFrame(inner)
  node.targets.forEach((target, index) => {
    const value = node.values[index]
    if (value !== undefined) compiler.assignTo(target, compiler.expressions.compile(value, frame), inner)
  })
  compiler.statements(node.body, inner)
  writer.line('}')
}

export function compileAutoescape(compiler: TemplateCompiler, node: AutoescapeNode, frame: Frame): void {
  const { writer, expressions } = compiler
  const inner = frame.inner()
  analyzeAll(inner.symbols, [node.value, ...node.body])
  const before = writer.identifier()
  writer.line('{')
  compiler.enterFrame(inner)
  writer.line(`const ${before} = c.setAutoescape(${expressions.compile(node.value, inner)});`)
  const { escapes, isVolatile } = expressions
  const isKnown = node.value.typename === 'Const'
  expressions.escapes = isKnown && truth(node.value.value)
  expressions.isVolatile ||= !isKnown
  compiler.statements(node.body, inner)
  Object.assign(expressions, { escapes, isVolatile })
  writer.line(`c.setAutoescape(${before});`)
  writer.line('}')
}

/** Declares a buffer in the current JavaScript block. */
function newBuffer({ writer }: TemplateCompiler): string {
  const buffer = writer.identifier()
  writer.line(`const ${buffer} = c.buffer();`)
  return buffer
}
