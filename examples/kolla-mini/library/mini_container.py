#!/usr/bin/python
# Copyright the madansible authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a container engine: a container is a JSON file, and a program when it has a port."""
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.mini_engine import Engine


def main():
    module = AnsibleModule(supports_check_mode=True, argument_spec=dict(
        action=dict(required=True, choices=['compare', 'start', 'recreate', 'run_once', 'stop', 'remove']),
        name=dict(required=True), image=dict(), command=dict(), environment=dict(type='dict', default={}),
        volumes=dict(type='list', elements='str', default=[]), labels=dict(type='dict', default={}),
        dimensions=dict(type='dict', default={}), listen=dict()))
    engine = Engine()
    wanted = dict((name, module.params[name]) for name in ('image', 'command', 'environment', 'volumes', 'labels', 'listen'))
    wanted['volumes'] = [volume for volume in wanted['volumes'] if volume]
    name, action = module.params['name'], module.params['action']
    before = engine.containers().get(name)
    differs = before is None or before['wanted'] != wanted or not before['running']
    result = dict(changed=False)
    if action == 'compare':
        result['changed'] = differs
    elif action in ('start', 'recreate'):
        result['changed'] = differs or action == 'recreate'
        if result['changed'] and not module.check_mode:
            engine.start(name, wanted)
    elif action == 'run_once':
        result.update(engine.run_once(name, wanted, module.check_mode))
    else:
        result['changed'] = before is not None and (action == 'remove' or before['running'])
        if result['changed'] and not module.check_mode:
            engine.stop(name, remove=action == 'remove')
    module.exit_json(**result)


if __name__ == '__main__':
    main()
