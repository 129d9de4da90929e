# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Filters and tests of Python: the repository's own and those of collections.

Which files may define a name is the controller's to find out; only these are loaded. Mirrors Jinja2Loader of
ansible/plugins/loader.py: beside playbooks and in roles the first file wins, in a collection the last one.
"""
import os

from ansible.module_utils._text import to_text
from ansible.plugins.loader import Jinja2Loader, filter_loader, test_loader
from ansible.utils.display import Display

display = Display()


def make(host):
    plugins = JinjaPlugins(host)
    return {'find': plugins.find, 'call': plugins.call}


class JinjaPlugins:
    def __init__(self, host):
        self.host = host
        self._found = []
        self._files = {}

    def find(self, message):
        """Number of the plugin; None when no file has it."""
        kind, name, collection = message['kind'], message['name'], message['collection']
        function = None
        for path in message['files']:
            plugins = self._plugins_of(kind, path, collection)
            if name in plugins:
                function = plugins[name]
                if not collection:
                    break
        if function is None:
            return None
        self._found.append(function)
        return len(self._found) - 1

    def _plugins_of(self, kind, path, collection):
        key = (kind, path)
        if key not in self._files:
            self._files[key] = load(kind, path, collection)
        return self._files[key]

    def call(self, message):
        function = self._found[message['plugin']]
        decode = self.host.channel.wire.decode
        args = [decode(arg) for arg in message['args']]
        wanted = wanted_by(function)
        if wanted is not None:
            args.insert(0, self._passed(wanted, message.get('autoescape', False)))
        kwargs = message['kwargs']
        return function(*args, **decode(kwargs)) if kwargs else function(*args)

    def _passed(self, wanted, autoescape):
        from madansible_plugins.contexts import stand_in_context
        context = stand_in_context(self.host)
        context.eval_ctx.autoescape = autoescape
        if wanted == 'context':
            return context
        return context.eval_ctx if wanted == 'eval_context' else context.environment


def wanted_by(function):
    """context, eval_context, environment or None: what jinja2's pass_* decorators ask for."""
    wanted = getattr(function, 'jinja_pass_arg', None)
    return None if wanted is None else wanted.name


def load(kind, path, collection):
    """The plugins that one file defines; a file that cannot be loaded is told and has none."""
    loader = filter_loader if kind == 'filter' else test_loader
    try:
        found = load_of_collection(loader, path, collection) if collection else load_file(loader, path)
    except Exception as error:
        if collection:
            name = '%s.%s' % (collection, os.path.splitext(os.path.basename(path))[0])
            display.warning("Skipping %s plugins in %s'; an error occurred while loading: %s" % (kind, name, error))
        else:
            display.warning('Skipping plugin (%s), cannot load: %s' % (path, to_text(error)))
        return {}
    return found if collection else {name: function for name, function in found.items() if '.' not in name}


def load_file(loader, path):
    basename = os.path.splitext(os.path.basename(path))[0]
    module = loader._load_module_source('%s_%s' % (abs(hash(path)), basename), path)
    try:
        plugins = getattr(module, loader.class_name)
    except AttributeError as error:
        display.warning('Skipping plugin (%s) as it seems to be invalid: %s' % (path, to_text(error)))
        return {}
    return dict(getattr(plugins(), loader.method_map_name)())


def load_of_collection(loader, path, collection):
    """`collection` may have folders below its plugins: ns.coll.folder."""
    basename = os.path.splitext(os.path.basename(path))[0]
    found = super(Jinja2Loader, loader).get_with_context('%s.%s' % (collection, basename))
    return dict(getattr(found.object, loader.method_map_name)())
