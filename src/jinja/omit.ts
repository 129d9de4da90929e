// The omit placeholder: `omit` is a variable whose text no other text equals (ansible/vars/manager.py).

import { randomBytes } from 'node:crypto'

/** Value of the variable `omit` for this process. */
export const OMIT: string = `__omit_place_holder__${randomBytes(20).toString('hex')}`
