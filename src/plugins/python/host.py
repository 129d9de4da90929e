# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""What this process knows of the run, and the requests that it answers.

Handlers live in modules of their own, imported when they are first needed; each has make(host), which gives
{op: function(message)}.
"""
import importlib
import os
import sys

HANDLERS = {
    'find': 'jinja_plugins',
    'call': 'jinja_plugins',
    'lookup': 'lookups',
    'render': 'rendering',
    'object': 'objects',
    'inventory': 'inventory_plugins',
    'vars': 'vars_plugins',
    'facts': 'fact_cache',
    'workers': 'worker_server',
    'callbacks': 'callbacks',
    'event': 'callbacks',
    'debugStart': 'debugging',
    'debugLine': 'debugging',
}
LOADERS = {'modules': 'module_loader', 'module_utils': 'module_utils_loader', 'doc_fragments': 'fragment_loader'}


class Host:
    def __init__(self, channel, stream):
        self.channel = channel
        # File descriptor of the two-way stream for what runs in threads.
        self.stream = stream
        self.handlers = {'init': self.init}
        self._loader = None
        self._vault = None
        self._known_folders = set()
        self._basedir = None
        # Grows when plugin folders become known.
        self.folders_version = 0
        self.adopt(channel)

    def adopt(self, channel):
        """Speaks through this channel from now on; a forked worker has one of its own."""
        from madansible_plugins.wire import Wire
        self.channel = channel
        self._loader = None
        self._vault = None
        channel.wire = Wire(self.make_mapping, self.make_object, lambda: self.vault)

    def handle(self, op, message):
        news = message.get('news')
        if news:
            self.learn(news)
        if op not in self.handlers:
            module = importlib.import_module('madansible_plugins.' + HANDLERS[op])
            self.handlers.update(module.make(self))
        return self.handlers[op](message)

    def init(self, message):
        """Paths, options of the command line, how much is to be said."""
        for path in message['pythonPath']:
            if path not in sys.path:
                sys.path.append(path)
        from madansible_plugins import messages, quick_start
        quick_start.prepare(message['cache'])
        from ansible import context
        from ansible.module_utils.common.collections import ImmutableDict
        context.CLIARGS = ImmutableDict(self.channel.wire.decode(message['arguments']))
        messages.install(self.channel.note, message['verbosity'])
        import ansible.plugins.loader  # noqa: F401  (installs the finder of collections)
        return os.getpid()

    def learn(self, news):
        """Folders of plugins and playbooks that became known."""
        from ansible.plugins import loader as plugin_loader
        from ansible.utils.collection_loader import AnsibleCollectionConfig
        if 'playbooks' in news:
            AnsibleCollectionConfig.playbook_paths = news['playbooks']
        if 'basedir' in news:
            self._basedir = news['basedir']
            self.loader.set_basedir(self._basedir)
        for kind, paths in news.get('folders', {}).items():
            loader = getattr(plugin_loader, LOADERS.get(kind, '%s_loader' % kind), None)
            for path in paths:
                if loader is not None and (kind, path) not in self._known_folders:
                    self._known_folders.add((kind, path))
                    self.folders_version += 1
                    loader.add_directory(path)

    @property
    def vault(self):
        if self._vault is None:
            from madansible_plugins.vault import RemoteVault
            self._vault = RemoteVault(self.channel.ask)
        return self._vault

    @property
    def loader(self):
        """Reads files as the controller does; vaults are opened there."""
        if self._loader is None:
            from ansible.parsing.dataloader import DataLoader
            self._loader = DataLoader()
            self._loader._vault = self.vault
            if self._basedir is not None:
                self._loader.set_basedir(self._basedir)
        return self._loader

    def templar(self, variables):
        from ansible.template import Templar
        return Templar(loader=self.loader, variables=variables)

    def make_mapping(self, number, type_name):
        from madansible_plugins.lazy import mapping_class
        return mapping_class(type_name)(self.ask, number)

    def make_object(self, number, type_name, text, is_callable):
        from madansible_plugins.lazy import RemoteObject
        return RemoteObject(self.ask, number, type_name, text, is_callable)

    def ask(self, question):
        """A question about the controller's values; parts that are values are encoded."""
        encode = self.channel.wire.encode
        values = {name: encode(question[name]) for name in ('key', 'args', 'kwargs') if name in question}
        return self.channel.ask(dict(question, **values))
