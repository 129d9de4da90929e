// JavaScript for macros and call blocks. Mirrors jinja2/compiler.py macro_body, macro_def, visit_CallBlock.

import { TemplateSyntaxError } from '../errors.js'
import type { CallBlockNode, MacroNode } from '../syntax/nodes.js'
import { analyzeAll, findUndeclared } from './analysis.js'
import type { TemplateCompiler } from './compiler.js'
import { quoted } from './expressions.js'
import type { Frame } from './frame.js'
import { UncompilableTemplate } from './uncompilable.js'

export function compileMacro(compiler: TemplateCompiler, node: MacroNode, frame: Frame): void {
  const local = frame.symbols.ref(node.name)
  compileBody(compiler, node, frame, `${local} = `, node.name)
  if (frame.toplevel) compiler.writer.line(`c.setVariable(${quoted(node.name)}, ${local});`)
  compiler.forgetLine()
}

export function compileCallBlock(compiler: TemplateCompiler, node: CallBlockNode, frame: Frame): void {
  const caller = compiler.writer.identifier()
  compileBody(compiler, node, frame, `const ${caller} = `, null)
  compiler.forgetLine()
  compiler.markLine(node)
  compiler.writer.line(`${frame.buffer}.node(${compiler.expressions.call(node.call, frame, caller)});`)
}

interface SpecialParameters {
  readonly locals: string[]
  readonly caller: boolean
  readonly kwargs: boolean
  readonly varargs: boolean
}

function compileBody(
  compiler: TemplateCompiler,
  node: MacroNode | CallBlockNode,
  frame: Frame,
  prefix: string,
  name: string | null,
): void {
  const { writer } = compiler
  const inner = frame.inner()
  inner.requireOutputCheck = false
  const parts = [...node.args, ...node.defaults, ...node.body]
  analyzeAll(inner.symbols, parts)
  const locals = node.args.map(arg => inner.symbols.ref(arg.name))
  const special = findSpecialParameters(node, inner)
  const parameters = [...locals, ...special.locals]
  if (new Set(parameters).size < parameters.length) throw new UncompilableTemplate('duplicate argument')
  analyzeAll(inner.symbols, parts)
  inner.buffer = writer.identifier()
  const names = node.args.map(arg => quoted(arg.name)).join(', ')
  const flags = `${special.kwargs}, ${special.varargs}, ${special.caller}, c.autoescape`
  writer.function(
    `${prefix}new Macro(${name === null ? 'null' : quoted(name)}, [${names}], ${flags}, (${parameters.join(', ')}) =>`,
    () =>
      compiler.withoutLoops(() => {
        compiler.forgetLine()
        writer.line('tick();')
        writer.line(`const ${inner.buffer} = c.buffer();`)
        compiler.enterFrame(inner)
        compileDefaults(compiler, node, inner)
        compiler.statements(node.body, inner)
        writer.line(`return ${inner.buffer}.finish();`)
      }),
    ');',
  )
}

/** Values of parameters that were not given; a default may use parameters that come before it. */
function compileDefaults(compiler: TemplateCompiler, node: MacroNode | CallBlockNode, frame: Frame): void {
  compiler.expressions.checkParameters = true
  node.args.forEach((arg, index) => {
    const local = frame.symbols.ref(arg.name)
    const fallback = node.defaults[node.defaults.length - node.args.length + index]
    const value =
      fallback === undefined ? `notProvided(${quoted(arg.name)})` : compiler.expressions.compile(fallback, frame)
    compiler.writer.line(`if (${local} === undefined) ${local} = ${value};`)
  })
  compiler.expressions.checkParameters = false
}

/** `caller`, `kwargs` and `varargs` are parameters when the body reads them. Order matters: runtime/macro.ts. */
function findSpecialParameters(node: MacroNode | CallBlockNode, frame: Frame): SpecialParameters {
  const used = findUndeclared(node.body, ['caller', 'kwargs', 'varargs'])
  const names = node.args.map(arg => arg.name)
  const locals: string[] = []
  if (used.has('caller')) {
    const at = names.indexOf('caller')
    if (at < 0) locals.push(frame.symbols.declareParameter('caller'))
    else if (at < names.length - node.defaults.length)
      throw new TemplateSyntaxError(
        'When defining macros or call blocks the special "caller" argument must be omitted or be given a default.',
        node.lineno,
      )
  }
  const kwargs = used.has('kwargs') && !names.includes('kwargs')
  if (kwargs) locals.push(frame.symbols.declareParameter('kwargs'))
  const varargs = used.has('varargs') && !names.includes('varargs')
  if (varargs) locals.push(frame.symbols.declareParameter('varargs'))
  return { locals, caller: used.has('caller'), kwargs, varargs }
}
