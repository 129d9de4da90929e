// One scope while code is generated. Mirrors jinja2/compiler.py Frame.

import { Symbols } from './symbols.js'

export class Frame {
  /** Some top-level `extends` may have made this a child template: output is only written when not. */
  requireOutputCheck = false
  /** JavaScript variable of the buffer that output goes to. */
  buffer = 'b'
  /** The root and `if` branches of it. */
  toplevel = false
  rootlevel = false

  private constructor(readonly symbols: Symbols) {}

  static root(): Frame {
    return new Frame(new Symbols(undefined))
  }

  inner(): Frame {
    const frame = new Frame(new Symbols(this.symbols))
    frame.requireOutputCheck = this.requireOutputCheck
    frame.buffer = this.buffer
    return frame
  }

  /** The same scope under a condition. */
  soft(): Frame {
    const frame = new Frame(this.symbols.copy())
    frame.requireOutputCheck = this.requireOutputCheck
    frame.buffer = this.buffer
    frame.toplevel = this.toplevel
    return frame
  }
}
