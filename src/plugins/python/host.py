# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""What one plugin host knows: options, plugin folders, secrets; and the requests it answers."""
import os
import sys

from ansible import context
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible.plugins import loader as plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

from lazy import LazyMapping
from templating import Templating
from wire import Wire


class Host:
    def __init__(self, channel):
        self.channel = channel
        self.loader = DataLoader()
        self.mappings = {}
        channel.wire = Wire(self.mapping)
        self.templating = Templating(channel, self.loader)
        self.known_folders = set()

    def mapping(self, number):
        return LazyMapping(self.channel.ask, number)

    def handlers(self):
        templating = self.templating
        return {
            'init': self.init,
            'folders': self.folders,
            'names': templating.names,
            'has': templating.has,
            'call': templating.call,
            'lookup': templating.lookup,
            'hasLookup': templating.has_lookup,
            'render': templating.render,
            'object': templating.object,
        }

    def init(self, message):
        """Options of the command line, vault secrets, the playbook's folder."""
        context.CLIARGS = ImmutableDict(message['options'])
        secrets = [(name, VaultSecret(bytes.fromhex(password))) for name, password in message['secrets']]
        self.loader.set_vault_secrets(secrets)
        self.channel.wire.vault = self.loader._vault
        self.loader.set_basedir(message['basedir'])
        AnsibleCollectionConfig.playbook_paths = message['playbookFolders']
        for path in message['pythonPath']:
            if path not in sys.path:
                sys.path.append(path)
        self.folders(message)
        return {'pid': os.getpid()}

    def folders(self, message):
        """Plugin folders by kind, in the order in which they became known."""
        for kind, paths in message['folders'].items():
            loader = getattr(plugin_loader, '%s_loader' % ('module' if kind == 'modules' else kind), None)
            for path in paths:
                if loader is not None and (kind, path) not in self.known_folders:
                    self.known_folders.add((kind, path))
                    loader.add_directory(path)
        return None
