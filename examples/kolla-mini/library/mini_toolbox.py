#!/usr/bin/python
# Copyright the madansible authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a module that runs in the toolbox container: a record is there, or it is made."""
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.mini_engine import Engine


def main():
    module = AnsibleModule(supports_check_mode=True, argument_spec=dict(
        kind=dict(required=True), record=dict(required=True, type='dict'), secret=dict(no_log=True)))
    engine = Engine()
    if 'mini_toolbox' not in engine.containers():
        module.fail_json(msg='There is no toolbox on this host.')
    changed = engine.record(module.params['kind'], module.params['record'], module.check_mode)
    module.exit_json(changed=changed, kind=module.params['kind'])


if __name__ == '__main__':
    main()
