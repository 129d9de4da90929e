// Collects the JavaScript of one template: lines, temporaries of the function being written, constants.

import type { Value } from '../../python/index.js'

export class CodeWriter {
  readonly constants: Value[] = []
  #lines: string[] = []
  readonly #functions: { readonly outer: string[]; readonly temporaries: string[] }[] = []
  #lastIdentifier = 0

  line(text: string): void {
    this.#lines.push(text)
  }

  /** A JavaScript identifier that is used nowhere else. */
  identifier(): string {
    this.#lastIdentifier++
    return `t${this.#lastIdentifier}`
  }

  /** A fresh variable of the function that is being written, for use inside expressions. */
  temporary(): string {
    const name = this.identifier()
    this.#functions.at(-1)?.temporaries.push(name)
    return name
  }

  /** The expression that gives a value which JavaScript has no literal for. */
  constant(value: Value): string {
    this.constants.push(value)
    return `K[${this.constants.length - 1}]`
  }

  /** Writes a function: `head {`, the body, `}`; temporaries of the body are declared in front. */
  function(head: string, body: () => void, tail = ''): void {
    this.#functions.push({ outer: this.#lines, temporaries: [] })
    this.#lines = []
    body()
    const lines = this.#lines
    const written = this.#functions.pop() as { outer: string[]; temporaries: string[] }
    this.#lines = written.outer
    this.line(`${head} {`)
    if (written.temporaries.length > 0) this.line(`let ${written.temporaries.join(',')};`)
    for (const line of lines) this.#lines.push(line)
    this.line(`}${tail}`)
  }

  toString(): string {
    return this.#lines.join('\n')
  }
}
