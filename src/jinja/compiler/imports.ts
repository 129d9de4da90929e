// JavaScript for include, import and from … import. Mirrors jinja2/compiler.py visit_Include, visit_Import, visit_FromImport.

import type { FromImportNode, ImportNode, IncludeNode } from '../syntax/nodes.js'
import type { TemplateCompiler } from './compiler.js'
import { quoted } from './expressions.js'
import type { Frame } from './frame.js'

/** Other templates may change what they are given, so one that uses them counts as one that may. */
export function compileImportStatement(
  compiler: TemplateCompiler,
  node: IncludeNode | ImportNode | FromImportNode,
  frame: Frame,
): void {
  compiler.notePossibleMutation()
  const { writer } = compiler
  const template = compiler.expressions.compile(node.template, frame)
  const locals = node.withContext ? compiler.localsOf(frame) : 'undefined'
  if (node.typename === 'Include') {
    writer.line(`c.include(${template}, ${node.ignoreMissing}, ${locals}, ${frame.buffer});`)
    return
  }
  if (node.typename === 'Import') {
    const local = frame.symbols.ref(node.target)
    writer.line(`${local} = c.importModule(${template}, ${locals});`)
    if (frame.toplevel) writer.line(`c.setImported(${quoted(node.target)}, ${local});`)
    return
  }
  const module = writer.identifier()
  writer.line(`const ${module} = c.importModule(${template}, ${locals});`)
  for (const [name, alias] of node.names) {
    const local = frame.symbols.ref(alias)
    writer.line(
      `${local} = ${module}.exported(${quoted(name)}, ${node.lineno}, ${quoted(compiler.options.name ?? '')});`,
    )
    if (frame.toplevel) writer.line(`c.setImported(${quoted(alias)}, ${local});`)
  }
}
