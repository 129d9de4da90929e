// The tests that are computed here: all of Jinja2 3.1 and all of ansible-core 2.14.

import type { PluginCall } from '../plugin.js'
import { fileTests } from './files.js'
import { jinja2Tests } from './jinja2.js'
import { resultTests } from './results.js'
import { valueTests } from './values.js'

const ansibleTests: Readonly<Record<string, PluginCall>> = { ...fileTests, ...resultTests, ...valueTests }

/** Tests by every name they answer to. */
export const nativeTests: ReadonlyMap<string, PluginCall> = new Map([
  ...Object.entries(jinja2Tests),
  ...Object.entries(ansibleTests),
  ...Object.entries(ansibleTests).flatMap(([name, test]) => [
    [`ansible.builtin.${name}`, test] as const,
    [`ansible.legacy.${name}`, test] as const,
  ]),
])
