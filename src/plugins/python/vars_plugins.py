# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Vars plugins other than host_group_vars, which the controller has itself. Mirrors ansible/vars/plugins.py (2.14)."""
from ansible import constants as C
from ansible.inventory.group import Group
from ansible.inventory.host import Host as InventoryHost
from ansible.plugins.loader import vars_loader
from ansible.utils.collection_loader import AnsibleCollectionRef
from ansible.utils.display import Display
from ansible.utils.vars import combine_vars
from ansible.vars.plugins import get_plugin_vars

display = Display()


def make(host):
    known = {}

    def plugins():
        state = host.folders_version
        if state not in known:
            known.clear()
            known[state] = enabled_plugins()
        return known[state]

    def variables(message):
        entity = entity_of(host.channel.wire.decode(message['entity']))
        result = []
        for group in plugins():
            data = {}
            for plugin in group:
                if runs_at(plugin, message['stage']):
                    data = combine_vars(data, get_plugin_vars(host.loader, plugin, message['path'], [entity]))
            result.append(data)
        return result

    return {'vars': variables}


def enabled_plugins():
    """Those that come before host_group_vars, and those that come after it."""
    legacy = [plugin for plugin in vars_loader.all() if not is_native(plugin) and is_enabled(plugin)]
    collections = []
    for name in C.VARIABLE_PLUGINS_ENABLED:
        if not AnsibleCollectionRef.is_valid_fqcr(name):
            continue
        plugin = vars_loader.get(name)
        if plugin is None or is_native(plugin):
            continue
        if hasattr(plugin, 'REQUIRES_ENABLED') or hasattr(plugin, 'REQUIRES_WHITELIST'):
            display.warning(
                'Vars plugins in collections must be enabled to be loaded, REQUIRES_ENABLED is not supported. '
                'This should be removed from the plugin %s.' % plugin.ansible_name)
        collections.append(plugin)
    return legacy, collections


def is_native(plugin):
    return plugin.ansible_name == 'ansible.builtin.host_group_vars'


def is_enabled(plugin):
    """Plugins beside playbooks run unless they ask to be enabled."""
    if hasattr(plugin, 'REQUIRES_ENABLED'):
        needs_enabled = plugin.REQUIRES_ENABLED
    elif hasattr(plugin, 'REQUIRES_WHITELIST'):
        display.deprecated("The VarsModule class variable 'REQUIRES_WHITELIST' is deprecated. "
                           "Use 'REQUIRES_ENABLED' instead.", version=2.18)
        needs_enabled = plugin.REQUIRES_WHITELIST
    else:
        needs_enabled = False
    return not needs_enabled or plugin.matches_name(C.VARIABLE_PLUGINS_ENABLED)


def runs_at(plugin, stage):
    own = plugin.get_option('stage') if hasattr(plugin, 'get_option') and plugin.has_option('stage') else None
    if own is None:
        return (C.RUN_VARS_PLUGINS == 'demand') == (stage == 'task')
    return own in ('all', stage)


def entity_of(description):
    """The host or group that plugins are asked about."""
    if description['kind'] == 'group':
        entity = Group(description['name'])
    else:
        entity = InventoryHost(description['name'], gen_uuid=False)
        for name in description['groups']:
            entity.add_group(Group(name))
    entity.vars = description['vars']
    return entity
