# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Inventory plugins: they change an inventory that begins as a copy of the controller's and is sent back whole."""
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.plugins.loader import inventory_loader


def make(host):
    decode = host.channel.wire.decode

    def parse(message):
        name, source = message['plugin'], message['source']
        plugin = inventory_loader.get(name)
        if not plugin:
            raise AnsibleParserError("inventory config '%s' specifies unknown plugin '%s'" % (source, name))
        if not verifies(plugin, source):
            return None
        inventory = inventory_of(decode(message['hosts']), decode(message['groups']))
        inventory.current_source = source
        plugin.parse(inventory, host.loader, source, cache=message['cache'])
        try:
            plugin.update_cache_if_changed()
        except AttributeError:  # not every plugin can cache
            pass
        return description_of(inventory)

    return {'inventory': parse}


def verifies(plugin, source):
    try:
        return bool(plugin.verify_file(source))
    except Exception:  # as Ansible: it does not want the source then
        return False


def inventory_of(hosts, groups):
    inventory = InventoryData()
    for host in hosts:
        inventory.add_host(host['name'])
        inventory.hosts[host['name']].vars = host['vars']
    for group in groups:
        name = inventory.add_group(group['name'])
        inventory.groups[name].vars = group['vars']
        inventory.groups[name].set_priority(group['priority'])
    for group in groups:
        for child in group['children']:
            inventory.add_child(group['name'], child)
        for host in group['hosts']:
            inventory.add_host(host, group['name'])
    return inventory


def description_of(inventory):
    groups = []
    for name, group in inventory.groups.items():
        variables = dict(group.vars)
        if group.priority != 1:
            variables['ansible_group_priority'] = group.priority
        groups.append({'name': name, 'vars': variables, 'hosts': [host.name for host in group.hosts],
                       'children': [child.name for child in group.child_groups]})
    return {'groups': groups, 'hosts': [{'name': name, 'vars': host.vars} for name, host in inventory.hosts.items()]}
