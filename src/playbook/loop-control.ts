// loop_control of a task. Mirrors ansible/playbook/loop_control.py (2.14).

import type { Position } from '../errors.js'
import { Dict, type Value } from '../python/values.js'
import { PlaybookObject } from './base.js'
import { parserError } from './errors.js'
import type { LoadContext } from './load-context.js'

export class LoopControl extends PlaybookObject {
  readonly kind = 'LoopControl'

  static of(data: Value, context: LoadContext, position: Position | undefined): LoopControl {
    if (!(data instanceof Dict))
      throw parserError(
        'the `loop_control` value must be specified as a dictionary and cannot be a variable itself ' +
          '(though it can contain variables)',
        { at: position },
      )
    return new LoopControl(context).load(data)
  }

  override get play(): undefined {
    return undefined
  }
  get loopVar(): Value {
    return this.get('loop_var')
  }
  get indexVar(): Value {
    return this.get('index_var')
  }
  get label(): Value {
    return this.get('label')
  }
  get pause(): Value {
    return this.get('pause')
  }
  get extended(): Value {
    return this.get('extended')
  }
  get extendedAllItems(): Value {
    return this.get('extended_allitems')
  }
}
