// An assembly that cannot be understood, or cannot come to its end.
import { formatPosition, ParserError, type Position } from '../errors.js'
import type { Finding } from './check.js'

export class AssemblyError extends ParserError {
  override readonly code = 'MADANSIBLE_ASSEMBLY'
}

/** `file:line:column: message`, as far as known. */
export function placed(message: string, position: Position | undefined): string {
  return position === undefined ? message : `${formatPosition(position)}: ${message}`
}

export function assemblyError(message: string, position: Position | undefined, hint?: string): AssemblyError {
  return new AssemblyError(placed(message, position), { position, hint })
}

/** One error for everything that checkAssembly found to be wrong; undefined when there are only warnings. */
export function errorOf(findings: readonly Finding[]): AssemblyError | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return undefined
  const lines = errors.map(({ message, position, hint }) =>
    errors.length > 1 && hint !== undefined
      ? `${placed(message, position)} (${hint.replace(/\.$/, '')})`
      : placed(message, position),
  )
  const hint = errors.length === 1 ? first.hint : undefined
  return new AssemblyError(lines.join('\n       '), { position: first.position, hint })
}
