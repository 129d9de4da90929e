// Picks the transport for a host and opens it.
import type { ConnectionSettings } from './settings.js'
import type { Transport } from './transport.js'

/** What opening a connection needs beside the host's own settings. */
export interface TransportEnvironment {
  /** `--transport`: use this one for every ssh host. */
  readonly force?: 'ssh2' | 'openssh' | undefined
  readonly signal?: AbortSignal | undefined
  /** Told why a transport was chosen and what it does differently; shown at -v. */
  readonly note?: ((hostName: string, text: string) => void) | undefined
  /** Asks the user whether an unknown host key is to be trusted; absent when there is no terminal. */
  readonly confirmHostKey?: ((question: string) => Promise<boolean>) | undefined
}

/** Opens a connection; throws UnreachableError when the host cannot be reached. */
export async function openTransport(_settings: ConnectionSettings, _environment: TransportEnvironment = {}): Promise<Transport> {
  throw new Error('being written')
}
