// Where each kind of plugin lives: beside a playbook or role, in configured directories, in ansible-core,
// in a collection. Mirrors the loader instances at the end of lib/ansible/plugins/loader.py (2.14).

export interface PluginKindInfo {
  /** Directory beside playbooks and in roles. */
  readonly subdir: string
  /** Directory inside the `ansible` package. */
  readonly corePackage: string
  /** Name of the setting with the list of directories. */
  readonly setting: string | undefined
  /** Files with this ending are looked for; '' means any (modules). */
  readonly extension: '' | '.py'
  readonly aliases?: Readonly<Record<string, string>>
}

const controllerPlugin = (name: string, setting: string, aliases?: Record<string, string>): PluginKindInfo => ({
  subdir: `${name}_plugins`,
  corePackage: `plugins/${name}`,
  setting,
  extension: '.py',
  ...(aliases && { aliases }),
})

export const PLUGIN_KINDS = {
  modules: { subdir: 'library', corePackage: 'modules', setting: 'DEFAULT_MODULE_PATH', extension: '' },
  module_utils: {
    subdir: 'module_utils',
    corePackage: 'module_utils',
    setting: 'DEFAULT_MODULE_UTILS_PATH',
    extension: '',
  },
  action: controllerPlugin('action', 'DEFAULT_ACTION_PLUGIN_PATH'),
  become: controllerPlugin('become', 'BECOME_PLUGIN_PATH'),
  cache: controllerPlugin('cache', 'DEFAULT_CACHE_PLUGIN_PATH'),
  callback: controllerPlugin('callback', 'DEFAULT_CALLBACK_PLUGIN_PATH'),
  cliconf: controllerPlugin('cliconf', 'DEFAULT_CLICONF_PLUGIN_PATH'),
  connection: controllerPlugin('connection', 'DEFAULT_CONNECTION_PLUGIN_PATH', { paramiko: 'paramiko_ssh' }),
  doc_fragments: {
    subdir: 'doc_fragments',
    corePackage: 'plugins/doc_fragments',
    setting: 'DOC_FRAGMENT_PLUGIN_PATH',
    extension: '.py',
  },
  filter: controllerPlugin('filter', 'DEFAULT_FILTER_PLUGIN_PATH'),
  httpapi: controllerPlugin('httpapi', 'DEFAULT_HTTPAPI_PLUGIN_PATH'),
  inventory: controllerPlugin('inventory', 'DEFAULT_INVENTORY_PLUGIN_PATH'),
  lookup: controllerPlugin('lookup', 'DEFAULT_LOOKUP_PLUGIN_PATH'),
  netconf: controllerPlugin('netconf', 'DEFAULT_NETCONF_PLUGIN_PATH'),
  shell: { subdir: 'shell_plugins', corePackage: 'plugins/shell', setting: undefined, extension: '.py' },
  strategy: controllerPlugin('strategy', 'DEFAULT_STRATEGY_PLUGIN_PATH'),
  terminal: controllerPlugin('terminal', 'DEFAULT_TERMINAL_PLUGIN_PATH'),
  test: controllerPlugin('test', 'DEFAULT_TEST_PLUGIN_PATH'),
  vars: controllerPlugin('vars', 'DEFAULT_VARS_PLUGIN_PATH'),
} as const satisfies Readonly<Record<string, PluginKindInfo>>

export type PluginKind = keyof typeof PLUGIN_KINDS

/** Endings of files that are never taken for a plugin (MODULE_IGNORE_EXTS). */
export const IGNORED_EXTENSIONS = '.pyc .pyo .swp .bak ~ .rpm .md .txt .rst .yaml .yml .ini'.split(' ')
