# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Lookups of Python, run as Templar._lookup runs them; what it does with the result is the controller's part."""
from ansible.plugins.loader import lookup_loader


def make(host):
    def lookup(message):
        decode = host.channel.wire.decode
        variables = decode(message['variables'])
        if host.loader.get_basedir() != message['basedir']:
            host.loader.set_basedir(message['basedir'])
        templar = host.templar(variables)
        plugin = lookup_loader.get(message['name'], loader=host.loader, templar=templar)
        if plugin is None:
            from ansible.errors import AnsibleError
            raise AnsibleError('lookup plugin (%s) not found' % message['name'])
        if message['subdir']:
            plugin._subdir = message['subdir']
        return plugin.run(decode(message['args']), variables=variables, **decode(message['kwargs']))

    return {'lookup': lookup}
