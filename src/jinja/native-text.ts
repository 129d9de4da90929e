// Text that a template result keeps as it is, even when it reads like a list or a dict: what `string`, `to_json` and
// their like give. Mirrors ansible/utils/native_jinja.py NativeJinjaText and unsafe_proxy.py NativeJinjaUnsafeText.

import { Text, UnsafeText } from '../python/index.js'

export class NativeText extends Text {
  readonly typeName = 'NativeJinjaText'
  override get typeModule(): string {
    return 'ansible.utils.native_jinja'
  }
  constructor(readonly value: string) {
    super()
  }
}

/** The same from a value that must never be templated. */
export class NativeUnsafeText extends UnsafeText {
  override readonly typeName = 'NativeJinjaUnsafeText'
}

/** Either of them. */
export const isNativeText = (value: unknown): value is NativeText | NativeUnsafeText =>
  value instanceof NativeText || value instanceof NativeUnsafeText
