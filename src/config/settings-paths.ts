// Where plugins, roles and temporary files are looked for.
// Names, types, defaults and sources are those of ansible-core 2.14 (config/base.yml).
import type { SettingDefinition } from './definition.js'

export const PATHS_SETTINGS = {
  ANSIBLE_HOME: { type: 'path', default: '~/.ansible', env: ['ANSIBLE_HOME'], ini: ['defaults.home'] },
  DOC_FRAGMENT_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/doc_fragments:/usr/share/ansible/plugins/doc_fragments',
    env: ['ANSIBLE_DOC_FRAGMENT_PLUGINS'],
    ini: ['defaults.doc_fragment_plugins'],
  },
  DEFAULT_ACTION_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/action:/usr/share/ansible/plugins/action',
    env: ['ANSIBLE_ACTION_PLUGINS'],
    ini: ['defaults.action_plugins'],
  },
  BECOME_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/become:/usr/share/ansible/plugins/become',
    env: ['ANSIBLE_BECOME_PLUGINS'],
    ini: ['defaults.become_plugins'],
  },
  DEFAULT_CACHE_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/cache:/usr/share/ansible/plugins/cache',
    env: ['ANSIBLE_CACHE_PLUGINS'],
    ini: ['defaults.cache_plugins'],
  },
  DEFAULT_CALLBACK_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/callback:/usr/share/ansible/plugins/callback',
    env: ['ANSIBLE_CALLBACK_PLUGINS'],
    ini: ['defaults.callback_plugins'],
  },
  DEFAULT_CLICONF_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/cliconf:/usr/share/ansible/plugins/cliconf',
    env: ['ANSIBLE_CLICONF_PLUGINS'],
    ini: ['defaults.cliconf_plugins'],
  },
  DEFAULT_CONNECTION_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/connection:/usr/share/ansible/plugins/connection',
    env: ['ANSIBLE_CONNECTION_PLUGINS'],
    ini: ['defaults.connection_plugins'],
  },
  DEFAULT_FILTER_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/filter:/usr/share/ansible/plugins/filter',
    env: ['ANSIBLE_FILTER_PLUGINS'],
    ini: ['defaults.filter_plugins'],
  },
  DEFAULT_HTTPAPI_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/httpapi:/usr/share/ansible/plugins/httpapi',
    env: ['ANSIBLE_HTTPAPI_PLUGINS'],
    ini: ['defaults.httpapi_plugins'],
  },
  DEFAULT_INVENTORY_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/inventory:/usr/share/ansible/plugins/inventory',
    env: ['ANSIBLE_INVENTORY_PLUGINS'],
    ini: ['defaults.inventory_plugins'],
  },
  DEFAULT_LOCAL_TMP: {
    type: 'temporary',
    default: '{{ ANSIBLE_HOME }}/tmp',
    env: ['ANSIBLE_LOCAL_TEMP'],
    ini: ['defaults.local_tmp'],
  },
  DEFAULT_LOOKUP_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/lookup:/usr/share/ansible/plugins/lookup',
    env: ['ANSIBLE_LOOKUP_PLUGINS'],
    ini: ['defaults.lookup_plugins'],
  },
  DEFAULT_MODULE_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/modules:/usr/share/ansible/plugins/modules',
    env: ['ANSIBLE_LIBRARY'],
    ini: ['defaults.library'],
  },
  DEFAULT_MODULE_UTILS_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/module_utils:/usr/share/ansible/plugins/module_utils',
    env: ['ANSIBLE_MODULE_UTILS'],
    ini: ['defaults.module_utils'],
  },
  DEFAULT_NETCONF_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/netconf:/usr/share/ansible/plugins/netconf',
    env: ['ANSIBLE_NETCONF_PLUGINS'],
    ini: ['defaults.netconf_plugins'],
  },
  DEFAULT_ROLES_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/roles:/usr/share/ansible/roles:/etc/ansible/roles',
    env: ['ANSIBLE_ROLES_PATH'],
    ini: ['defaults.roles_path'],
  },
  DEFAULT_STRATEGY_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/strategy:/usr/share/ansible/plugins/strategy',
    env: ['ANSIBLE_STRATEGY_PLUGINS'],
    ini: ['defaults.strategy_plugins'],
  },
  DEFAULT_TERMINAL_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/terminal:/usr/share/ansible/plugins/terminal',
    env: ['ANSIBLE_TERMINAL_PLUGINS'],
    ini: ['defaults.terminal_plugins'],
  },
  DEFAULT_TEST_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/test:/usr/share/ansible/plugins/test',
    env: ['ANSIBLE_TEST_PLUGINS'],
    ini: ['defaults.test_plugins'],
  },
  DEFAULT_VARS_PLUGIN_PATH: {
    type: 'pathspec',
    default: '{{ ANSIBLE_HOME }}/plugins/vars:/usr/share/ansible/plugins/vars',
    env: ['ANSIBLE_VARS_PLUGINS'],
    ini: ['defaults.vars_plugins'],
  },
  PLAYBOOK_DIR: { type: 'path', default: null, env: ['ANSIBLE_PLAYBOOK_DIR'], ini: ['defaults.playbook_dir'] },
  RETRY_FILES_SAVE_PATH: {
    type: 'path',
    default: null,
    env: ['ANSIBLE_RETRY_FILES_SAVE_PATH'],
    ini: ['defaults.retry_files_save_path'],
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>
