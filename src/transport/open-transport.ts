// Picks the transport for a host and opens it, with the retries Ansible makes.
// Mirrors _ssh_retry of lib/ansible/plugins/connection/ssh.py (2.14).
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../errors.js'
import { LocalTransport } from './local-transport.js'
import { OpenSshTransport } from './openssh-transport.js'
import { type ConnectionSettings, connectionKind } from './settings.js'
import { sshCommandLine } from './ssh-command-line.js'
import { planSsh } from './ssh-plan.js'
import { type Transport, UnreachableError } from './transport.js'

/** What opening a connection needs beside the host's own settings. */
export interface TransportEnvironment {
  /** `--transport`: use this one for every ssh host. */
  readonly force?: 'ssh2' | 'openssh' | undefined
  readonly signal?: AbortSignal | undefined
  /** Told why a transport was chosen and what it does differently; shown at -v. */
  readonly note?: ((hostName: string, text: string, level?: number) => void) | undefined
  /** Asks the user whether an unknown host key is to be trusted; absent when there is no terminal. */
  readonly confirmHostKey?: ((question: string) => Promise<boolean>) | undefined
}

/** Connection plugins this room serves. */
const SERVED = new Set(['ssh', 'paramiko', 'paramiko_ssh', 'local'])

/** Whether openTransport serves a connection plugin; the others need the plugin itself. */
export function isServed(settings: ConnectionSettings): boolean {
  return SERVED.has(connectionKind(settings))
}

/** Opens a connection; throws UnreachableError when the host cannot be reached. */
export async function openTransport(
  settings: ConnectionSettings,
  environment: TransportEnvironment = {},
): Promise<Transport> {
  const kind = connectionKind(settings)
  if (kind === 'local') return new LocalTransport(settings.localDirectory)
  if (!SERVED.has(kind)) {
    throw new ConfigError(
      `the connection plugin '${settings.kind}' of ${settings.hostName} is not one of ssh, paramiko, local`,
      {
        hint: `Set ansible_connection for ${settings.hostName}, or run its tasks through the plugin host.`,
      },
    )
  }
  for (let attempt = 0; ; attempt++) {
    try {
      return await openSsh(settings, environment)
    } catch (error) {
      const mayRetry = error instanceof UnreachableError && !error.isAuthenticationFailure
      if (!mayRetry || attempt >= settings.reconnectionRetries) throw error
      const pauseSeconds = Math.min(2 ** attempt - 1, 30)
      environment.note?.(settings.hostName, `attempt ${attempt + 1} failed, pausing for ${pauseSeconds} seconds`)
      await delay(
        pauseSeconds * 1000,
        undefined,
        environment.signal === undefined ? {} : { signal: environment.signal },
      )
    }
  }
}

async function openSsh(settings: ConnectionSettings, environment: TransportEnvironment): Promise<Transport> {
  const note = (text: string): void => environment.note?.(settings.hostName, text)
  const plan = planSsh(settings, environment.force)
  if (plan.kind === 'openssh') {
    if (environment.force === 'ssh2') {
      throw new ConfigError(`${settings.hostName} cannot be reached with ssh2 alone: ${plan.reason}`, {
        hint: 'Leave out --transport ssh2, or remove that setting.',
      })
    }
    note(`using OpenSSH: ${plan.reason}`)
    return OpenSshTransport.connect(settings, plan.args, environment.signal)
  }
  // ssh2 is loaded only where a host is reached with it.
  const { Ssh2Transport } = await import('./ssh2-transport.js')
  try {
    return await Ssh2Transport.connect(settings, plan, {
      signal: environment.signal,
      note,
      confirmHostKey: environment.confirmHostKey,
    })
  } catch (error) {
    // The key agent may hold a certificate or a hardware key, which only OpenSSH can offer.
    const mayKnowMore = error instanceof UnreachableError && error.message.includes('Permission denied (publickey')
    if (!mayKnowMore || plan.agentSocket === undefined || environment.force === 'ssh2') throw error
    note('using OpenSSH: ssh2 was refused, and the key agent may hold keys it cannot use')
    return OpenSshTransport.connect(settings, sshCommandLine(settings).args, environment.signal)
  }
}
