# Reads inventories as ansible-core does. Takes JSON [{"sources", "patterns": [{"pattern", "limit", "order"}]}] as its
# argument; writes for each the groups, hosts, matches and warnings, or the error.
import json
import re
import sys

from ansible.inventory import data as inventory_data
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible.vars.plugins import get_vars_from_inventory_sources

messages = []


def record():
    def method(self, msg, *args, **kwargs):
        if msg not in messages:
            messages.append(msg)

    return method


Display.warning = record()
Display.error = record()


def plain(value):
    if isinstance(value, dict):
        return {'dict': [[plain(key), plain(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__.replace('AnsibleSequence', 'list'): [plain(item) for item in value]}
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return {'int': str(value)}
    if isinstance(value, float):
        return {'float': repr(value)}
    return str(value)


def variables(entity, manager, loader):
    own = plain(entity.vars)
    beside = get_vars_from_inventory_sources(loader, manager._sources, [entity], 'task')
    return [own, plain(beside)]


def matches(manager, request):
    try:
        manager.subset(request.get('limit'))
        hosts = manager.get_hosts(request['pattern'], order=request.get('order'))
        return [host.name for host in hosts]
    except Exception as error:
        return 'ERROR ' + str(error)


def read(request):
    del messages[:]
    loader = DataLoader()
    try:
        manager = InventoryManager(loader=loader, sources=request['sources'])
    except Exception as error:
        return {'error': str(error), 'messages': list(messages)}
    groups = {}
    for name, group in manager.groups.items():
        groups[name] = {
            'vars': variables(group, manager, loader),
            'depth': group.depth,
            'priority': group.priority,
            'hosts': [host.name for host in group.hosts],
            'children': [child.name for child in group.child_groups],
            'all': [host.name for host in group.get_hosts()],
        }
    hosts = {}
    for name, host in manager.hosts.items():
        hosts[name] = {
            'vars': variables(host, manager, loader),
            'groups': sorted(group.name for group in host.groups),
        }
    found = [matches(manager, pattern) for pattern in request.get('patterns', [])]
    return {'groups': groups, 'hosts': hosts, 'matches': found, 'messages': list(messages)}


print(json.dumps([read(request) for request in json.loads(sys.argv[1])]))
