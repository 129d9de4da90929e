#!/usr/bin/python
# Copyright the madansible authors
# SPDX-License-Identifier: Apache-2.0
"""What the played container engine has."""
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.mini_engine import Engine


def main():
    module = AnsibleModule(argument_spec=dict(names=dict(type='list', elements='str', default=[])), supports_check_mode=True)
    names = module.params['names']
    found = Engine().containers()
    module.exit_json(changed=False, containers=dict((n, c) for n, c in found.items() if not names or n in names))


if __name__ == '__main__':
    main()
