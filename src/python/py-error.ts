// Exceptions as Python raises them, with Python's wording. Callers turn them into results or user-facing errors.

/** The builtin exception classes that are raised here. `error` is re.error, `Error` is binascii.Error; the ones of configparser are here too. */
export type PyErrorType =
  | 'ArithmeticError'
  | 'AssertionError'
  | 'AttributeError'
  | 'Error'
  | 'FileNotFoundError'
  | 'IndexError'
  | 'JSONDecodeError'
  | 'KeyError'
  | 'LookupError'
  | 'MemoryError'
  | 'NameError'
  | 'NotImplementedError'
  | 'OSError'
  | 'OverflowError'
  | 'RecursionError'
  | 'RuntimeError'
  | 'StopIteration'
  | 'SyntaxError'
  | 'TypeError'
  | 'UnicodeDecodeError'
  | 'UnicodeEncodeError'
  | 'ValueError'
  | 'InvalidVersion'
  | 'DuplicateOptionError'
  | 'DuplicateSectionError'
  | 'InterpolationDepthError'
  | 'InterpolationMissingOptionError'
  | 'InterpolationSyntaxError'
  | 'MissingSectionHeaderError'
  | 'NoOptionError'
  | 'NoSectionError'
  | 'ParsingError'
  | 'ZeroDivisionError'
  | 'error'

const BASES: Partial<Record<PyErrorType, PyErrorType>> = {
  Error: 'ValueError',
  FileNotFoundError: 'OSError',
  IndexError: 'LookupError',
  InvalidVersion: 'ValueError',
  JSONDecodeError: 'ValueError',
  KeyError: 'LookupError',
  NotImplementedError: 'RuntimeError',
  OverflowError: 'ArithmeticError',
  RecursionError: 'RuntimeError',
  UnicodeDecodeError: 'ValueError',
  UnicodeEncodeError: 'ValueError',
  ZeroDivisionError: 'ArithmeticError',
}

/** A Python exception. `message` is what `str(exception)` gives. */
export class PyError extends Error {
  constructor(
    readonly pyType: PyErrorType,
    message: string,
  ) {
    super(message)
    this.name = pyType
  }

  /** Whether `except type` would catch this. */
  isA(type: PyErrorType): boolean {
    for (let current: PyErrorType | undefined = this.pyType; current !== undefined; current = BASES[current])
      if (current === type) return true
    return false
  }
}

/** Whether a thrown thing is a Python exception of one of these types (or of a subclass of one). */
export function isPyError(error: unknown, ...types: PyErrorType[]): error is PyError {
  return error instanceof PyError && (types.length === 0 || types.some(type => error.isA(type)))
}
