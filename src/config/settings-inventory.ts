// Inventory, variables beside it, vault.
// Names, types, defaults and sources are those of ansible-core 2.14 (config/base.yml).
import type { SettingDefinition } from './definition.js'

export const INVENTORY_SETTINGS = {
  DEFAULT_ASK_VAULT_PASS: {
    type: 'boolean',
    default: false,
    env: ['ANSIBLE_ASK_VAULT_PASS'],
    ini: ['defaults.ask_vault_pass'],
  },
  DEFAULT_HOST_LIST: {
    type: 'pathlist',
    default: '/etc/ansible/hosts',
    env: ['ANSIBLE_INVENTORY'],
    ini: ['defaults.inventory'],
  },
  DEFAULT_VAULT_ID_MATCH: { default: false, env: ['ANSIBLE_VAULT_ID_MATCH'], ini: ['defaults.vault_id_match'] },
  DEFAULT_VAULT_IDENTITY: { default: 'default', env: ['ANSIBLE_VAULT_IDENTITY'], ini: ['defaults.vault_identity'] },
  DEFAULT_VAULT_ENCRYPT_IDENTITY: {
    default: null,
    env: ['ANSIBLE_VAULT_ENCRYPT_IDENTITY'],
    ini: ['defaults.vault_encrypt_identity'],
  },
  DEFAULT_VAULT_IDENTITY_LIST: {
    type: 'list',
    default: [],
    env: ['ANSIBLE_VAULT_IDENTITY_LIST'],
    ini: ['defaults.vault_identity_list'],
  },
  DEFAULT_VAULT_PASSWORD_FILE: {
    type: 'path',
    default: null,
    env: ['ANSIBLE_VAULT_PASSWORD_FILE'],
    ini: ['defaults.vault_password_file'],
  },
  DUPLICATE_YAML_DICT_KEY: {
    type: 'string',
    default: 'warn',
    env: ['ANSIBLE_DUPLICATE_YAML_DICT_KEY'],
    ini: ['defaults.duplicate_dict_key'],
    choices: ['error', 'warn', 'ignore'],
  },
  HOST_PATTERN_MISMATCH: {
    default: 'warning',
    env: ['ANSIBLE_HOST_PATTERN_MISMATCH'],
    ini: ['inventory.host_pattern_mismatch'],
    choices: ['error', 'warning', 'ignore'],
  },
  TRANSFORM_INVALID_GROUP_CHARS: {
    type: 'string',
    default: 'never',
    env: ['ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS'],
    ini: ['defaults.force_valid_group_names'],
    choices: ['always', 'never', 'ignore', 'silently'],
  },
  INVENTORY_ANY_UNPARSED_IS_FAILED: {
    type: 'boolean',
    default: false,
    env: ['ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED'],
    ini: ['inventory.any_unparsed_is_failed'],
  },
  INVENTORY_CACHE_ENABLED: {
    type: 'boolean',
    default: false,
    env: ['ANSIBLE_INVENTORY_CACHE'],
    ini: ['inventory.cache'],
  },
  INVENTORY_CACHE_PLUGIN: { default: null, env: ['ANSIBLE_INVENTORY_CACHE_PLUGIN'], ini: ['inventory.cache_plugin'] },
  INVENTORY_CACHE_PLUGIN_CONNECTION: {
    default: null,
    env: ['ANSIBLE_INVENTORY_CACHE_CONNECTION'],
    ini: ['inventory.cache_connection'],
  },
  INVENTORY_CACHE_PLUGIN_PREFIX: {
    default: 'ansible_inventory_',
    env: ['ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX'],
    ini: ['inventory.cache_prefix'],
  },
  INVENTORY_CACHE_TIMEOUT: {
    default: 3600,
    env: ['ANSIBLE_INVENTORY_CACHE_TIMEOUT'],
    ini: ['inventory.cache_timeout'],
  },
  INVENTORY_ENABLED: {
    type: 'list',
    default: ['host_list', 'script', 'auto', 'yaml', 'ini', 'toml'],
    env: ['ANSIBLE_INVENTORY_ENABLED'],
    ini: ['inventory.enable_plugins'],
  },
  INVENTORY_EXPORT: { type: 'boolean', default: false, env: ['ANSIBLE_INVENTORY_EXPORT'], ini: ['inventory.export'] },
  INVENTORY_IGNORE_EXTS: {
    type: 'list',
    default: ['.pyc', '.pyo', '.swp', '.bak', '~', '.rpm', '.md', '.txt', '.rst', '.orig', '.ini', '.cfg', '.retry'],
    env: ['ANSIBLE_INVENTORY_IGNORE'],
    ini: ['defaults.inventory_ignore_extensions', 'inventory.ignore_extensions'],
  },
  INVENTORY_IGNORE_PATTERNS: {
    type: 'list',
    default: [],
    env: ['ANSIBLE_INVENTORY_IGNORE_REGEX'],
    ini: ['defaults.inventory_ignore_patterns', 'inventory.ignore_patterns'],
  },
  INVENTORY_UNPARSED_IS_FAILED: {
    type: 'boolean',
    default: false,
    env: ['ANSIBLE_INVENTORY_UNPARSED_FAILED'],
    ini: ['inventory.unparsed_is_failed'],
  },
  PLAYBOOK_VARS_ROOT: {
    default: 'top',
    env: ['ANSIBLE_PLAYBOOK_VARS_ROOT'],
    ini: ['defaults.playbook_vars_root'],
    choices: ['top', 'bottom', 'all'],
  },
  RUN_VARS_PLUGINS: {
    type: 'string',
    default: 'demand',
    env: ['ANSIBLE_RUN_VARS_PLUGINS'],
    ini: ['defaults.run_vars_plugins'],
    choices: ['demand', 'start'],
  },
  VARIABLE_PLUGINS_ENABLED: {
    type: 'list',
    default: ['host_group_vars'],
    env: ['ANSIBLE_VARS_ENABLED'],
    ini: ['defaults.vars_plugins_enabled'],
  },
  VARIABLE_PRECEDENCE: {
    type: 'list',
    default: [
      'all_inventory',
      'groups_inventory',
      'all_plugins_inventory',
      'all_plugins_play',
      'groups_plugins_inventory',
      'groups_plugins_play',
    ],
    env: ['ANSIBLE_PRECEDENCE'],
    ini: ['defaults.precedence'],
  },
  YAML_FILENAME_EXTENSIONS: {
    type: 'list',
    default: ['.yml', '.yaml', '.json'],
    env: ['ANSIBLE_YAML_FILENAME_EXT'],
    ini: ['defaults.yaml_valid_extensions'],
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>
