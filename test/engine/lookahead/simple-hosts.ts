// Hosts that are folders: the few modules that random playbooks use, done here on real files instead of by Python on a
// host. A run costs little, so that thousands can be played; pauses before and within an action let others overtake it.
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import type { ActionContext, ActionRunner, ActionTraits } from '../../../src/engine/index.js'
import { Dict, isText, textOf, type Value } from '../../../src/python/values.js'

type Answer = Record<string, Value>

class Failure extends Error {}

export class SimpleHosts implements ActionRunner {
  constructor(
    /** What needs no host is done as ever. */
    private readonly real: ActionRunner,
    private readonly pause: () => Promise<void>,
    /** Told which file a task changes, or may change, on a host. */
    private readonly onChange: (taskUuid: string, host: string, file: string) => void,
  ) {}

  /** Who installs packages now, and how often several have at once. */
  readonly packages = { inUse: 0, overlaps: 0 }

  describe(action: string, collections: readonly string[]): ActionTraits {
    return { ...this.real.describe(action, collections), batchable: false }
  }
  resetConnection(): Promise<void> {
    return Promise.resolve()
  }

  async run(context: ActionContext): Promise<Dict> {
    const work = MODULES[context.action.slice(context.action.lastIndexOf('.') + 1)]
    if (work === undefined) return this.real.run(context)
    await this.pause()
    const { task, host } = context
    const call = new Call(context, file => this.onChange(task.uuid, host.name, file), this.packages)
    // Whoever tries again and again lets work go on meanwhile.
    if ([task.get('until') ?? []].flat().length > 0) await new Promise(resolve => setTimeout(resolve, 1))
    try {
      const steps = work(call)
      for (;;) {
        const step = steps.next()
        if (step.done === true) return Dict.of(step.value)
        await this.pause()
      }
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof Error && 'code' in error)) throw error
      const name = 'code' in error ? String(error.code) : error.message
      return Dict.of({ failed: true, changed: false, msg: name })
    }
  }
}

class Call {
  constructor(
    readonly context: ActionContext,
    readonly changes: (file: string) => void,
    readonly packages: { inUse: number; overlaps: number },
  ) {}
  text(...names: readonly string[]): string {
    for (const name of names) {
      const value = this.context.args.get(name)
      if (value !== undefined && value !== null) return isText(value) ? textOf(value) : String(value)
    }
    return ''
  }
  has(name: string): boolean {
    return this.context.args.has(name)
  }
  file(...names: readonly string[]): string {
    const file = this.text(...names)
    if (!path.isAbsolute(file)) throw new Failure(`missing required arguments: ${names[0]}`)
    return file
  }
}

/** A module: tells what it changes before it does; each `yield` is a moment at which others may do something. */
type Module = (call: Call) => Generator<void, Answer>

function* write(call: Call, file: string, content: string): Generator<void, Answer> {
  call.changes(file)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  yield
  if (!existsSync(path.dirname(file))) throw new Failure(`Destination directory ${path.dirname(file)} does not exist`)
  if (before !== content) writeFileSync(file, content)
  return { changed: before !== content, dest: file, size: content.length }
}

function* command(call: Call): Generator<void, Answer> {
  const text = call.text('_raw_params', 'cmd')
  const creates = call.text('creates')
  if (creates !== '' && existsSync(creates)) return { changed: false, rc: 0, stdout: 'skipped' }
  yield
  const look = /^cat (\S+)( \| wc -l)?$/.exec(text)
  if (look !== null) {
    const exists = existsSync(look[1] as string) && statSync(look[1] as string).isFile()
    const content = exists ? readFileSync(look[1] as string, 'utf8') : ''
    if (look[2] !== undefined) return { changed: true, rc: 0, stdout: String(content.split('\n').length - 1) }
    if (!exists) return { changed: true, rc: 1, failed: true, stdout: '', msg: 'non-zero return code' }
    return { changed: true, rc: 0, stdout: content.trimEnd() }
  }
  const late = /^\(sleep \S+; echo (\w+) > (\S+)\) &$/.exec(text)
  if (late !== null) {
    const file = late[2] as string
    call.changes(file)
    setTimeout(() => existsSync(path.dirname(file)) && writeFileSync(file, `${late[1]}\n`), 8)
    return { changed: true, rc: 0, stdout: '' }
  }
  const touch = /^touch (\S+)$/.exec(text)
  const append = /^echo (\w+) >> (\S+)$/.exec(text)
  const changed = touch?.[1] ?? append?.[2]
  if (changed !== undefined) call.changes(changed)
  if (touch !== null) appendFileSync(touch[1] as string, '')
  else if (append !== null) appendFileSync(append[2] as string, `${append[1]}\n`)
  else throw new Failure(`no such command: ${text}`)
  return { changed: true, rc: 0, stdout: '' }
}

const MODULES: Readonly<Record<string, Module>> = {
  *copy(call) {
    if (!call.has('src')) return yield* write(call, call.file('dest'), call.text('content'))
    const source = call.file('src')
    if (!existsSync(source)) throw new Failure(`Source ${source} not found`)
    return yield* write(call, call.file('dest'), readFileSync(source, 'utf8'))
  },
  *template(call) {
    const { basedir } = call.context.play
    const source = readFileSync(path.join(basedir, 'templates', call.text('src')), 'utf8')
    const result = call.context.templar.template(source)
    return yield* write(call, call.file('dest'), isText(result) ? textOf(result) : String(result))
  },
  *lineinfile(call) {
    const file = call.file('path')
    const line = call.text('line')
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
    if (!lines.includes(line)) {
      if (call.text('insertbefore') === 'BOF') lines.unshift(line)
      else lines.push(line)
    }
    yield
    mkdirSync(path.dirname(file), { recursive: true })
    return yield* write(call, file, lines.map(each => `${each}\n`).join(''))
  },
  *file(call) {
    const file = call.file('path')
    const state = call.text('state')
    const exists = lstatSync(file, { throwIfNoEntry: false }) !== undefined
    call.changes(file)
    yield
    if (state === 'absent') rmSync(file, { recursive: true, force: true })
    else if (state === 'directory') mkdirSync(file, { recursive: true })
    else {
      if (exists && lstatSync(file).isDirectory()) throw new Failure(`refusing to convert from directory to symlink`)
      rmSync(file, { force: true })
      symlinkSync(call.file('src'), file)
    }
    return { changed: state === 'link' || exists === (state === 'absent'), state }
  },
  *stat(call) {
    const status = lstatSync(call.file('path'), { throwIfNoEntry: false })
    yield
    if (status === undefined) return { changed: false, stat: Dict.of({ exists: false }) }
    const stat = Dict.of({ exists: true, isdir: status.isDirectory(), size: status.isFile() ? status.size : 0 })
    return { changed: false, stat }
  },
  *slurp(call) {
    const content = readFileSync(call.file('src'))
    yield
    return { changed: false, content: content.toString('base64'), encoding: 'base64' }
  },
  *package({ packages }) {
    if (++packages.inUse > 1) packages.overlaps++
    yield
    packages.inUse--
    return { changed: false }
  },
  command,
  shell: command,
}
