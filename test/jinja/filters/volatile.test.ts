// What may come out differently next time says so, and nothing else does: only repeatable results are kept.
import { expect, it } from 'vitest'
import { controllerAt, templarOf } from '../support.js'

function isVolatile(expression: string): boolean {
  const templar = templarOf({ words: ['a', 'b'] }, { controller: controllerAt('/') })
  return templar.recordReads(() => templar.template(`{{ ${expression} }}`)).isVolatile
}

it.each([
  '99 | random',
  'words | random',
  'words | shuffle',
  "'x' | password_hash('md5')",
  "'x' | vault('pw')",
  "'%s' | strftime",
  "'/etc/*' | fileglob",
  "'~' | expanduser",
  "'/etc' is directory",
  "lookup('pipe', 'echo x')",
  "lookup('file', '/etc/hostname', errors='ignore')",
  "lookup('password', '/dev/null')",
  "lookup('random_choice', words)",
  "lookup('first_found', '/etc/passwd')",
])('%s is not kept', expression => expect(isVolatile(expression)).toBe(true))

it.each([
  '99 | random(seed=1)',
  'words | shuffle(seed=1)',
  "'x' | password_hash('md5', 'salt')",
  "'x' | vault('pw', 'salt')",
  "'%s' | strftime(0)",
  "'a/b' | basename",
  "lookup('password', '/dev/null', seed='x')",
  "lookup('items', words)",
  "lookup('env', 'HOME')",
])('%s is kept', expression => expect(isVolatile(expression)).toBe(false))
