// `self`, `super()` and required blocks. Mirrors jinja2/runtime.py TemplateReference and BlockReference.

import { joinText, Markup, PyObject, str, type Value } from '../../python/index.js'
import { JinjaRuntimeError } from '../errors.js'
import { Undefined } from '../undefined.js'
import { RecordingBuffer } from './buffer.js'
import type { RenderContext, RenderFunction } from './context.js'

/** One block of a chain of templates; calling it renders it. */
class BlockReference extends PyObject {
  readonly typeName = 'BlockReference'
  override get typeModule(): string {
    return 'jinja2.runtime'
  }

  constructor(
    private readonly name: string,
    private readonly context: RenderContext,
    private readonly stack: readonly RenderFunction[],
    private readonly depth: number,
  ) {
    super()
  }

  override attribute(name: string): Value | undefined {
    if (name === 'name') return this.name
    if (name !== 'super') return undefined
    if (this.depth + 1 >= this.stack.length) return noParentBlock(this.name)
    return new BlockReference(this.name, this.context, this.stack, this.depth + 1)
  }

  override call(): Value {
    const render = this.stack[this.depth]
    const buffer = new RecordingBuffer(!this.context.template.mayMutate, this.context.rendering.mode === 'native')
    render?.(this.context, buffer)
    const text = joinText('', buffer.nodes)
    return this.context.autoescape ? new Markup(str(text)) : text
  }

  override truth(): boolean {
    return true
  }
}

class TemplateReference extends PyObject {
  readonly typeName = 'TemplateReference'
  override get typeModule(): string {
    return 'jinja2.runtime'
  }

  constructor(private readonly context: RenderContext) {
    super()
  }

  override item(key: Value): Value | undefined {
    const stack = typeof key === 'string' ? this.context.blockStack(key) : undefined
    return stack === undefined ? undefined : new BlockReference(String(key), this.context, stack, 0)
  }

  override repr(): string {
    return `<TemplateReference ${this.context.template.name === null ? 'None' : `'${this.context.template.name}'`}>`
  }

  override truth(): boolean {
    return true
  }
}

const noParentBlock = (name: string): Undefined =>
  new Undefined({ hint: `there is no parent block called '${name}'.`, name: 'super' })

/** The `self` of a template. */
export const selfReference = (c: RenderContext): Value => new TemplateReference(c)

/** `super` in a block: the same block of the parent template. */
export function superBlock(c: RenderContext, name: string, current: RenderFunction): Value {
  const stack = c.blockStack(name) ?? []
  const depth = stack.indexOf(current) + 1
  if (depth === 0 || depth >= stack.length) return noParentBlock(name)
  return new BlockReference(name, c, stack, depth)
}

/** A required block must have been overridden. */
export function requireBlock(c: RenderContext, name: string): void {
  if ((c.blockStack(name)?.length ?? 0) <= 1)
    throw new JinjaRuntimeError('TemplateRuntimeError', `Required block '${name}' not found`)
}

export function extendedTwice(): never {
  throw new JinjaRuntimeError('TemplateRuntimeError', 'extended multiple times')
}
