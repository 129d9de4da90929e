// What `import` gives: the exported names of a rendered template. Mirrors jinja2/environment.py TemplateModule.

import { joinText, PyObject, str, type Value } from '../../python/index.js'
import { Undefined } from '../undefined.js'
import type { RenderContext } from './context.js'

export class TemplateModule extends PyObject {
  readonly typeName = 'TemplateModule'
  override get typeModule(): string {
    return 'jinja2.environment'
  }

  constructor(
    private readonly context: RenderContext,
    /** What the template printed, piece by piece. */
    readonly nodes: readonly Value[],
  ) {
    super()
  }

  override attribute(name: string): Value | undefined {
    if (name === '__name__') return this.context.template.name
    return this.context.exportedValue(name)
  }

  /** A name for `from … import`; an Undefined that tells where when the template does not export it. */
  exported(name: string, line: number, importer: string): Value {
    const value = this.context.exportedValue(name)
    if (value !== undefined) return value
    const place = importer === '' ? `line ${line}` : `line ${line} in '${importer}'`
    const hint = `the template '${this.context.template.name}' (imported on ${place}) does not export the requested name '${name}'`
    return new Undefined({ hint, name })
  }

  override str(): string {
    return str(joinText('', this.nodes))
  }

  override repr(): string {
    return `<TemplateModule '${this.context.template.name}'>`
  }

  override truth(): boolean {
    return true
  }
}
