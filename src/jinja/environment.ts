// The settings of templating that hold for a whole run, and the cache of compiled templates.
// Mirrors ansible/template/__init__.py AnsibleEnvironment and the defaults in ansible/config/base.yml.

import type { Value } from '../python/values.js'
import type { PluginSource } from './plugin.js'

export interface EnvironmentOptions {
  /** Asked in order before the built-in plugins; the first that knows the name wins. */
  readonly plugins?: readonly PluginSource[]
  /** jinja2_extensions of ansible.cfg: jinja2.ext.do, jinja2.ext.loopcontrols, … */
  readonly jinjaExtensions?: readonly string[]
  /** jinja2_native. */
  readonly native?: boolean
  /** error_on_undefined_vars; default true. */
  readonly errorOnUndefined?: boolean
  /** ansible_managed of ansible.cfg; default 'Ansible managed'. */
  readonly ansibleManaged?: string
  /** allow_unsafe_lookups. */
  readonly allowUnsafeLookups?: boolean
  /** Names whose filters give text that is never read as a literal (string_type_filters). */
  readonly stringTypeFilters?: readonly string[]
  readonly warn?: (message: string) => void
  /** Renders what no native code can (exotic Jinja2 extensions): whole template and variables to Python. */
  readonly fallback?: (template: string, variables: (name: string) => Value | undefined) => Value
}

export class TemplateEnvironment {
  constructor(readonly options: EnvironmentOptions = {}) {}
}
