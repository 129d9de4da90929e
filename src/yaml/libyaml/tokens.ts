// The tokens of YAML 1.1 as libyaml names them.

export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

export interface Token {
  readonly type: TokenType
  /** Where the token starts, from 0. */
  readonly line: number
  readonly column: number
  /** Scalar text, anchor name, tag suffix, directive prefix, or version. */
  readonly value: string
  /** Tag or directive handle. */
  readonly handle: string
  /** A scalar without quotes and not in a block. */
  readonly plain: boolean
}
