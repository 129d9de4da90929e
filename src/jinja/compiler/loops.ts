// JavaScript for `for`. Mirrors jinja2/compiler.py visit_For.

import { TemplateSyntaxError } from '../errors.js'
import type { ForNode } from '../syntax/nodes.js'
import { walk } from '../syntax/nodes.js'
import { analyzeLoop, findUndeclared, holdsScopedBlock, namesOf } from './analysis.js'
import type { TemplateCompiler } from './compiler.js'
import type { Frame } from './frame.js'

export function compileLoop(compiler: TemplateCompiler, node: ForNode, frame: Frame): void {
  checkLoopNames(node)
  if (node.recursive) compileRecursive(compiler, node, frame)
  else {
    const iterable = compiler.expressions.compile(node.iter, frame)
    new LoopCompiler(compiler, node, frame, frame.buffer).compile(iterable, undefined)
  }
  compiler.forgetLine()
}

function checkLoopNames(node: ForNode): void {
  walk([node], each => {
    if (each.typename === 'Name' && each.ctx === 'store' && each.name === 'loop')
      throw new TemplateSyntaxError("Can't assign to special loop variable in for-loop target", each.lineno)
    return undefined
  })
}

/** A recursive loop is a function of the iterable and the depth that gives the text of one run. */
function compileRecursive(compiler: TemplateCompiler, node: ForNode, frame: Frame): void {
  const { writer } = compiler
  const recurse = writer.identifier()
  const buffer = writer.identifier()
  writer.function(
    `const ${recurse} = (iterable, depth) =>`,
    () => {
      writer.line(`const ${buffer} = c.buffer();`)
      new LoopCompiler(compiler, node, frame, buffer).compile('iterable', recurse)
      writer.line(`return blockText(c, ${buffer});`)
    },
    ';',
  )
  writer.line(`${frame.buffer}.node(${recurse}(${compiler.expressions.compile(node.iter, frame)}, 0));`)
}

class LoopCompiler {
  readonly #loopFrame: Frame
  readonly #isExtended: boolean
  readonly #loopLocal: string | undefined

  constructor(
    private readonly compiler: TemplateCompiler,
    private readonly node: ForNode,
    private readonly frame: Frame,
    buffer: string,
  ) {
    this.#loopFrame = frame.inner()
    this.#loopFrame.buffer = buffer
    this.#isExtended =
      node.recursive ||
      findUndeclared(node.body, ['loop']).size > 0 ||
      holdsScopedBlock([...node.body, ...node.otherwise])
    this.#loopLocal = this.#isExtended ? this.#loopFrame.symbols.declareParameter('loop') : undefined
    analyzeLoop(this.#loopFrame.symbols, node, 'body')
  }

  compile(iterable: string, recurse: string | undefined): void {
    const { writer } = this.compiler
    writer.line('{')
    const items = this.node.test === null ? iterable : this.#compileTest(iterable)
    const isEmpty = this.node.otherwise.length > 0 ? writer.identifier() : undefined
    if (isEmpty !== undefined) writer.line(`let ${isEmpty} = true;`)
    const item = writer.identifier()
    if (this.#loopLocal === undefined) writer.line(`for (const ${item} of iterate(${items})) {`)
    else {
      const depth = recurse === undefined ? '0' : 'depth'
      writer.line(`const ${this.#loopLocal} = new LoopContext(${items}, ${recurse ?? 'undefined'}, ${depth});`)
      writer.line(`for (let ${item}; (${item} = ${this.#loopLocal}.next()) !== undefined;) {`)
    }
    writer.line('tick();')
    this.compiler.forgetLine()
    this.compiler.declareParameters(namesOf(this.node.target), this.#loopFrame)
    this.compiler.assignTo(this.node.target, item, this.#loopFrame)
    this.compiler.enterFrame(this.#loopFrame)
    this.compiler.statements(this.node.body, this.#loopFrame)
    if (isEmpty !== undefined) writer.line(`${isEmpty} = false;`)
    writer.line('}')
    if (isEmpty !== undefined) this.#compileElse(isEmpty)
    writer.line('}')
  }

  /** A loop's `if` is a generator that lets through what passes. */
  #compileTest(iterable: string): string {
    const { compiler, node } = this
    const { writer } = compiler
    const testFrame = this.frame.inner()
    analyzeLoop(testFrame.symbols, node, 'test')
    const filtered = writer.identifier()
    const item = writer.identifier()
    writer.function(`const ${filtered} = function* (items)`, () => {
      compiler.enterFrame(testFrame)
      writer.line(`for (const ${item} of iterate(items)) {`)
      writer.line('tick();')
      compiler.declareParameters(namesOf(node.target), testFrame)
      compiler.assignTo(node.target, item, testFrame)
      const kept = node.target.typename === 'Tuple' ? compiler.expressions.compile(node.target, testFrame) : item
      if (node.test !== null) writer.line(`if (${compiler.expressions.condition(node.test, testFrame)}) yield ${kept};`)
      writer.line('}')
    })
    return `generator(${filtered}(${iterable}))`
  }

  #compileElse(isEmpty: string): void {
    const { writer } = this.compiler
    const elseFrame = this.frame.inner()
    elseFrame.buffer = this.#loopFrame.buffer
    analyzeLoop(elseFrame.symbols, this.node, 'else')
    writer.line(`if (${isEmpty}) {`)
    this.compiler.forgetLine()
    this.compiler.enterFrame(elseFrame)
    this.compiler.statements(this.node.otherwise, elseFrame)
    writer.line('}')
  }
}
