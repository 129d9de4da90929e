// Variables that Ansible takes connection settings from, whatever the connection plugin.
// Mirrors MAGIC_VARIABLE_MAPPING and COMMON_CONNECTION_VARS of constants.py (ansible-core 2.14).

/** How a setting is typed once it is templated. */
export type MagicType = 'string' | 'int' | 'bool' | 'untyped'

export interface MagicSetting {
  readonly name: string
  readonly type: MagicType
  /** The first one that is set counts. */
  readonly variables: readonly string[]
  readonly isBecome?: boolean
}

/** In the order in which Ansible validates them. */
export const MAGIC_SETTINGS: readonly MagicSetting[] = [
  { name: 'connection', type: 'string', variables: ['ansible_connection'] },
  { name: 'port', type: 'int', variables: ['ansible_ssh_port', 'ansible_port'] },
  { name: 'remote_user', type: 'string', variables: ['ansible_ssh_user', 'ansible_user'] },
  { name: 'timeout', type: 'int', variables: ['ansible_ssh_timeout', 'ansible_timeout'] },
  { name: 'become', type: 'bool', variables: ['ansible_become'], isBecome: true },
  { name: 'become_method', type: 'string', variables: ['ansible_become_method'], isBecome: true },
  { name: 'become_user', type: 'string', variables: ['ansible_become_user'], isBecome: true },
  { name: 'become_flags', type: 'string', variables: ['ansible_become_flags'], isBecome: true },
  { name: 'become_exe', type: 'string', variables: ['ansible_become_exe'], isBecome: true },
  { name: 'module_compression', type: 'string', variables: ['ansible_module_compression'] },
  { name: 'shell', type: 'string', variables: ['ansible_shell_type'] },
  { name: 'executable', type: 'string', variables: ['ansible_shell_executable'] },
  { name: 'remote_addr', type: 'string', variables: ['ansible_ssh_host', 'ansible_host'] },
  { name: 'password', type: 'string', variables: ['ansible_ssh_pass', 'ansible_password'] },
  { name: 'connection_user', type: 'string', variables: ['ansible_connection_user'] },
  {
    name: 'private_key_file',
    type: 'string',
    variables: ['ansible_ssh_private_key_file', 'ansible_private_key_file'],
  },
  { name: 'pipelining', type: 'bool', variables: ['ansible_ssh_pipelining', 'ansible_pipelining'] },
  { name: 'network_os', type: 'string', variables: ['ansible_network_os'] },
  { name: 'docker_extra_args', type: 'string', variables: ['ansible_docker_extra_args'] },
  {
    name: 'become_pass',
    type: 'string',
    variables: ['ansible_become_password', 'ansible_become_pass'],
    isBecome: true,
  },
  { name: 'ssh_executable', type: 'untyped', variables: ['ansible_ssh_executable'] },
  { name: 'ssh_common_args', type: 'untyped', variables: ['ansible_ssh_common_args'] },
  { name: 'sftp_extra_args', type: 'untyped', variables: ['ansible_sftp_extra_args'] },
  { name: 'scp_extra_args', type: 'untyped', variables: ['ansible_scp_extra_args'] },
  { name: 'ssh_extra_args', type: 'untyped', variables: ['ansible_ssh_extra_args'] },
  { name: 'ssh_transfer_method', type: 'untyped', variables: ['ansible_ssh_transfer_method'] },
]

/** Connection variables that an action sees even when nobody set them; passwords are left out. */
export const COMMON_CONNECTION_VARIABLES: readonly string[] = [
  'ansible_connection',
  'ansible_host',
  'ansible_user',
  'ansible_shell_executable',
  'ansible_port',
  'ansible_pipelining',
  'ansible_timeout',
  'ansible_shell_type',
  'ansible_module_compression',
  'ansible_private_key_file',
]
