// What the text of an action plugin tells about facts that it may return.
import { expect, it } from 'vitest'
import { pluginMayReturnFacts } from '../../src/inference/index.js'

const BASE = 'from ansible.plugins.action import ActionBase\n'

it.each([
  ['computes by itself', `${BASE}return dict(changed=False)`],
  ['runs copy through the loader', `${BASE}self._shared_loader_obj.action_loader.get('copy', task=task).run()`],
  ['runs a module that it names', `${BASE}self._execute_module(module_name="ansible.legacy.stat", task_vars=v)`],
  ['extends copy', 'from ansible.plugins.action.copy import ActionModule as Copy'],
])('a plugin that %s returns no facts', (_what, text) => {
  expect(pluginMayReturnFacts(text)).toBe(false)
})

it.each([
  ['a module whose name it computes', `${BASE}self._execute_module(module_name=name)`],
  ['the module of its own name', `${BASE}self._execute_module(task_vars=v)`],
  ['a module that nobody has looked at', `${BASE}self._execute_module(module_name='service_facts')`],
  ['what the plugin does that it extends', 'from ansible.plugins.action.normal import ActionModule as Normal'],
  ['what another plugin of Ansible does', 'from ansible.plugins.action import normal'],
])('of a plugin that runs %s it is not known', (_what, text) => {
  expect(pluginMayReturnFacts(text)).toBeUndefined()
})

it('a plugin that speaks of facts may return them', () => {
  expect(pluginMayReturnFacts(`${BASE}return dict(ansible_facts=facts)`)).toBe(true)
})
