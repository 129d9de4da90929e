// What the YAML reader throws while it reads: the problem in libyaml's and PyYAML's words and the place where it was
// noticed.

/** A place in the text; both count from 0, the column in characters (code points). */
export interface Mark {
  readonly line: number
  readonly column: number
}

/** PyYAML's exception class for the problem. */
export type ProblemKind = 'ReaderError' | 'ScannerError' | 'ParserError' | 'ComposerError' | 'ConstructorError'

/** What the reader was busy with, and since where. */
export interface ProblemContext {
  readonly text: string
  readonly mark: Mark
}

/** Text that is not YAML. `problem` is what Ansible shows. */
export class YamlProblem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly problem: string,
    /** Missing for characters that YAML forbids. */
    readonly mark: Mark | undefined,
    readonly context?: ProblemContext | undefined,
  ) {
    super(describe(problem, mark, context))
    this.name = 'YamlProblem'
  }
}

/** str() of PyYAML's exception for a text that has no name. */
function describe(problem: string, mark: Mark | undefined, context: ProblemContext | undefined): string {
  if (mark === undefined) return problem
  const lines: string[] = []
  if (context !== undefined) {
    lines.push(context.text)
    if (context.mark.line !== mark.line || context.mark.column !== mark.column) lines.push(place(context.mark))
  }
  lines.push(problem, place(mark))
  return lines.join('\n')
}

const place = (mark: Mark): string => `  in "<unicode string>", line ${mark.line + 1}, column ${mark.column + 1}`
