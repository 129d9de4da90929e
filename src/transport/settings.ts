// What ansible-playbook knows about reaching one host, with every template already resolved.
// Mirrors the options of lib/ansible/plugins/connection/ssh.py and local.py (2.14).

/** Argument strings as the user wrote them; they are split like a shell does. */
export interface SshArguments {
  /** `ssh_args` (ansible.cfg, `ansible_ssh_args`); Ansible's default is `-C -o ControlMaster=auto -o ControlPersist=60s`. */
  readonly args: string
  /** `ansible_ssh_common_args`. */
  readonly commonArgs: string
  /** `ansible_ssh_extra_args`. */
  readonly extraArgs: string
  /** `ssh_executable`; anything but `ssh` is run as a child process. */
  readonly executable: string
}

export interface ConnectionSettings {
  /** Connection plugin name: `ssh`, `smart`, `paramiko`, `paramiko_ssh`, `local` (also with `ansible.builtin.`). */
  readonly kind: string
  /** Name in the inventory; used in messages. */
  readonly hostName: string
  /** What is connected to (`ansible_host`, else the name). */
  readonly address: string
  readonly port?: number | undefined
  /** `ansible_user`/`remote_user`; undefined lets ssh choose, as Ansible does. */
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly privateKeyFile?: string | undefined
  readonly hostKeyChecking: boolean
  /** `timeout`: seconds for connecting, and the base of the privilege escalation timeout. */
  readonly timeoutSeconds: number
  readonly ssh: SshArguments
  /** `reconnection_retries`: further attempts after a failed connect. */
  readonly reconnectionRetries: number
  /** `use_tty`: whether commands without input get a terminal, as with `ssh -tt`. */
  readonly useTty: boolean
  /** `pipelining`; only decides how the output of an interpreter that does not start looks. */
  readonly pipelining?: boolean | undefined
  /** `DEFAULT_EXECUTABLE`, `ansible_shell_executable`: the shell that runs commands; `/bin/sh`. */
  readonly shellExecutable: string
  readonly pkcs11Provider?: string | undefined
  readonly sshpassPrompt?: string | undefined
  readonly controlPath?: string | undefined
  readonly controlPathDir?: string | undefined
  /** Directory commands of a local connection start in (Ansible: the playbook's directory). */
  readonly localDirectory?: string | undefined
  /** `ansible_interpreter_python_fallback`, when set. */
  readonly interpreterFallback?: readonly string[] | undefined
  /** `remote_tmp` of the shell plugin; `~/.ansible/tmp`. */
  readonly remoteTmp?: string | undefined
  /** `system_tmpdirs`: where temporary directories of unprivileged become users go; `/var/tmp`, `/tmp`. */
  readonly systemTmpdirs?: readonly string[] | undefined
  /** `admin_users`: become users that count as privileged; `root`, `toor`. */
  readonly adminUsers?: readonly string[] | undefined
}

/** Settings with Ansible's defaults for everything but the host's name. */
export function connectionDefaults(hostName: string): ConnectionSettings {
  return {
    kind: 'ssh',
    hostName,
    address: hostName,
    hostKeyChecking: true,
    timeoutSeconds: 10,
    ssh: { args: '-C -o ControlMaster=auto -o ControlPersist=60s', commonArgs: '', extraArgs: '', executable: 'ssh' },
    reconnectionRetries: 0,
    useTty: true,
    shellExecutable: '/bin/sh',
  }
}

/** The plain plugin name: `ansible.builtin.ssh` and `ansible.legacy.ssh` are `ssh`. */
export function connectionKind(settings: ConnectionSettings): string {
  const name = settings.kind.replace(/^ansible\.(builtin|legacy)\./, '')
  return name === 'smart' ? 'ssh' : name
}
