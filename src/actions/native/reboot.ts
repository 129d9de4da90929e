// Reboots the host and waits until it is back. Mirrors plugins/action/reboot.py (ansible-core 2.14).
import { setTimeout as sleep } from 'node:timers/promises'
import { UnreachableError } from '../../agent/index.js'
import { formatText, repr, splitLines, str, toInt } from '../../python/index.js'
import { Dict, isText, textOf, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { converterFor } from '../argument-spec/convert-type.js'
import { isFailed } from '../result-fields.js'

const VALID_ARGS =
  'boot_time_command connect_timeout msg post_reboot_delay pre_reboot_delay reboot_command reboot_timeout search_paths test_command'.split(
    ' ',
  )
const DEFAULT_SEARCH_PATHS = ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin']
const LONGEST_PAUSE_SECONDS = 12

/** What differs between systems, looked up by name and version, name, family. */
const BOOT_TIME_COMMANDS: PerSystem = {
  freebsd: '/sbin/sysctl kern.boottime',
  openbsd: '/sbin/sysctl kern.boottime',
  macosx: 'who -b',
  solaris: 'who -b',
  sunos: 'who -b',
  vmkernel: 'grep booted /var/log/vmksummary.log | tail -n 1',
  aix: 'who -b',
}
const SHUTDOWN_COMMANDS: PerSystem = { alpine: 'reboot', vmkernel: 'reboot' }
const SHUTDOWN_ARGS: PerSystem = {
  alpine: '',
  void: '-r +{delay_min} "{message}"',
  freebsd: '-r +{delay_sec}s "{message}"',
  linux: '-r {delay_min} "{message}"',
  macosx: '-r +{delay_min} "{message}"',
  openbsd: '-r +{delay_min} "{message}"',
  solaris: '-y -g {delay_sec} -i 6 "{message}"',
  sunos: '-y -g {delay_sec} -i 6 "{message}"',
  vmkernel: '-d {delay_sec}',
  aix: '-Fr',
}
const TEST_COMMANDS: PerSystem = { solaris: 'who', vmkernel: 'who' }

type PerSystem = Readonly<Record<string, string>>
interface System {
  readonly name: string
  readonly version: string
  readonly family: string
}

export const reboot: NativeAction = {
  async run(call) {
    const action = call.context.actionName
    if (call.isLocal) {
      const msg = `Running ${action} with local connection would reboot the control node.`
      return Dict.of({ changed: false, elapsed: 0, rebooted: false, failed: true, msg })
    }
    if (call.context.checkMode) return Dict.of({ changed: true, elapsed: 0, rebooted: true })
    const result = call.begin({ validArgs: VALID_ARGS, supportsAsync: true })
    const system = await findSystem(call)
    const rebooting = new Rebooting(call, system)
    let bootTime: string
    try {
      bootTime = await rebooting.bootTime()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return result.update(Dict.of({ failed: true, reboot: false, msg: error.message }))
    }
    const failure = await rebooting.start()
    const start = Date.now()
    const elapsed = () => Math.floor((Date.now() - start) / 1000)
    if (failure !== undefined) {
      return Dict.of({
        start: new Date(start).toISOString(),
        failed: true,
        rebooted: false,
        msg: failure,
        elapsed: elapsed(),
      })
    }
    const delay = seconds(call, 'post_reboot_delay')
    if (delay > 0) await sleep(delay * 1000, undefined, { signal: call.context.signal })
    const outcome = await rebooting.validate(bootTime)
    return outcome.set('elapsed', elapsed())
  },
}

function seconds(call: ActionCall, name: string): number {
  const value = call.arg(name) ?? call.arg(`${name}_sec`) ?? 0
  return Math.max(0, Number(toInt(value)))
}

async function findSystem(call: ActionCall): Promise<System> {
  const output = await call.executeModule({ name: 'ansible.legacy.setup', args: Dict.of({ gather_subset: 'min' }) })
  if (isFailed(output)) {
    const text = (key: string) => str(output.get(key) ?? '').trim()
    throw actionError(`Failed to determine system distribution. ${text('module_stdout')}, ${text('module_stderr')}`)
  }
  const facts = output.get('ansible_facts')
  const fact = (name: string) => {
    const value = facts instanceof Dict ? facts.get(name) : undefined
    if (value === undefined) {
      throw actionError(`Failed to get distribution information. Missing "${name}" in output.`)
    }
    return str(value)
  }
  return {
    name: fact('ansible_distribution').toLowerCase(),
    version: fact('ansible_distribution_version').split('.')[0] as string,
    family: fact('ansible_os_family').toLowerCase(),
  }
}

class Rebooting {
  constructor(
    private readonly call: ActionCall,
    private readonly system: System,
  ) {}

  #forSystem(values: PerSystem, fallback: string): string {
    const { name, version, family } = this.system
    return values[name + version] ?? values[name] ?? values[family] ?? fallback
  }

  /** An argument that must be a text. */
  #text(name: string): string | undefined {
    const value = this.call.arg(name) ?? null
    if (value === null) return undefined
    if (isText(value)) return textOf(value)
    throw actionError(
      `Invalid value given for '${name}': '${repr(value)}' is not a string and conversion is not allowed.`,
    )
  }

  #command(command: string) {
    return this.call.command(command, { tty: this.call.context.connection.useTty })
  }

  /** A text that differs after a reboot. */
  async bootTime(): Promise<string> {
    const action = this.call.context.actionName
    const command =
      this.#text('boot_time_command') || this.#forSystem(BOOT_TIME_COMMANDS, 'cat /proc/sys/kernel/random/boot_id')
    const { rc, stdout, stderr } = await this.#command(command)
    if (rc !== 0) {
      throw actionError(`${action}: failed to get host boot time info, rc: ${rc}, stdout: ${stdout}, stderr: ${stderr}`)
    }
    return stdout.trim()
  }

  /** Gives the command to reboot; the reason when that fails. */
  async start(): Promise<string | undefined> {
    const command = `${await this.#shutdownCommand()} ${this.#shutdownArguments()}`
    this.call.verbose(3, `${this.call.context.actionName}: rebooting server...`)
    try {
      const { rc, stdout, stderr } = await this.#command(command)
      if (rc !== 0) return `Reboot command failed. Error was: '${stdout.trim()}, ${stderr.trim()}'`
    } catch (error) {
      // The host may go away before it answers.
      if (!(error instanceof UnreachableError)) throw error
    }
    return undefined
  }

  async #shutdownCommand(): Promise<string> {
    const given = this.#text('reboot_command')
    const name = given === undefined ? this.#forSystem(SHUTDOWN_COMMANDS, 'shutdown') : (given.split(' ')[0] as string)
    if (name.startsWith('/')) return name
    const paths = this.#searchPaths()
    const found = await this.call.executeModule({
      name: 'ansible.legacy.find',
      args: Dict.of({ paths, patterns: [name], file_type: 'any' }),
    })
    const first = (found.get('files') as Value[] | undefined)?.[0]
    if (!(first instanceof Dict)) {
      throw actionError(`Unable to find command "${name}" in search paths: ${repr(paths)}`)
    }
    return str(first.get('path') as Value)
  }

  #searchPaths(): Value {
    const given = this.call.arg('search_paths') ?? DEFAULT_SEARCH_PATHS
    try {
      return (converterFor('list').convert as (value: Value) => Value)(given)
    } catch {
      throw actionError(`'search_paths' must be a string or flat list of strings, got ${str(given)}`)
    }
  }

  #shutdownArguments(): string {
    const given = this.#text('reboot_command')
    if (given !== undefined) return given.includes(' ') ? given.slice(given.indexOf(' ') + 1) : ''
    const delay = seconds(this.call, 'pre_reboot_delay')
    const message = this.call.arg('msg') ?? 'Reboot initiated by Ansible'
    const values = new Map<string, Value>([
      ['delay_sec', delay],
      ['delay_min', Math.floor(delay / 60)],
      ['message', message],
    ])
    return formatText(this.#forSystem(SHUTDOWN_ARGS, '-r {delay_min} "{message}"'), [], values)
  }

  /** Waits until the boot time has changed and the test command works. */
  async validate(before: string): Promise<Dict> {
    const action = this.call.context.actionName
    this.call.verbose(3, `${action}: validating reboot`)
    const timeout = Number(toInt(this.call.arg('reboot_timeout') ?? this.call.arg('reboot_timeout_sec') ?? 600))
    const steps = [
      ['last boot time check', () => this.#checkBootTime(before)],
      ['post-reboot test command', () => this.#runTestCommand()],
    ] as const
    for (const [description, step] of steps) {
      if (!(await this.#until(step, timeout))) {
        const msg = `Timed out waiting for ${description} (timeout=${timeout})`
        return Dict.of({ failed: true, rebooted: true, msg })
      }
    }
    return Dict.of({ rebooted: true, changed: true })
  }

  async #checkBootTime(before: string): Promise<void> {
    this.call.verbose(3, `${this.call.context.actionName}: attempting to get system boot time`)
    const now = await this.bootTime()
    if (now === '' || now === before) throw new Error('boot time has not changed')
  }

  async #runTestCommand(): Promise<void> {
    const action = this.call.context.actionName
    this.call.verbose(3, `${action}: attempting post-reboot test command`)
    const command = str(this.call.arg('test_command') ?? this.#forSystem(TEST_COMMANDS, 'whoami'))
    const { rc, stdout, stderr } = await this.#command(command)
    if (rc !== 0) throw new Error(`Test command failed: ${stderr} ${stdout}`)
    this.call.verbose(3, `${action}: system successfully rebooted`)
  }

  /** Repeats a step with growing pauses; false when time ran out. */
  async #until(step: () => Promise<void>, timeoutSeconds: number): Promise<boolean> {
    const { signal, actionName } = this.call.context
    const end = Date.now() + timeoutSeconds * 1000
    for (let failures = 0; Date.now() < end; failures++) {
      try {
        await step()
        return true
      } catch (error) {
        signal.throwIfAborted()
        const reason = error instanceof Error ? (splitLines(error.message).at(-1) ?? '') : String(error)
        this.call.verbose(6, `${actionName}: fail '${reason}', retrying`)
        await this.call.resetConnection()
        const pause = Math.min(2 ** failures, LONGEST_PAUSE_SECONDS) + Math.random()
        await sleep(pause * 1000, undefined, { signal })
      }
    }
    return false
  }
}
