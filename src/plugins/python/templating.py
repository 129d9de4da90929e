# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Filters, tests and lookups of Python: the repository's own and those of collections."""
from ansible.plugins.loader import filter_loader, lookup_loader, test_loader
from ansible.template import AnsibleContext, Templar
from ansible.utils.listify import listify_lookup_plugin_terms  # noqa: F401  (lookups expect it to be importable)
from jinja2.runtime import missing
from jinja2.utils import _PassArg


class Variables:
    """Jinja2's context for a filter that asks for it: variables as the calling template sees them."""

    def __init__(self, ask):
        self.ask = ask

    def __contains__(self, name):
        return bool(self.ask({'ask': 'hasVariable', 'key': name}))

    def __getitem__(self, name):
        found = self.ask({'ask': 'variable', 'key': name})
        if not found:
            raise KeyError(name)
        return found[0]

    def get(self, name, default=None):
        try:
            return self[name]
        except KeyError:
            return default

    def keys(self):
        return self.ask({'ask': 'variableNames'})

    def __iter__(self):
        return iter(self.keys())


class StandInContext(AnsibleContext):
    """Resolves every name through the controller."""

    def __init__(self, environment, variables):
        super(StandInContext, self).__init__(environment, {}, None, {})
        self.variables = variables

    def resolve_or_missing(self, key):
        return self.variables.get(key, missing)

    def __contains__(self, key):
        return key in self.variables

    def __getitem__(self, key):
        return self.variables[key]

    def get(self, key, default=None):
        return self.variables.get(key, default)

    def get_all(self):
        return {name: self.variables[name] for name in self.variables}


class Templating:
    def __init__(self, channel, loader):
        self.channel = channel
        self.loader = loader
        self.variables = Variables(channel.ask)

    def templar(self, variables):
        return Templar(loader=self.loader, variables=variables)

    def names(self, message):
        """Names of the filters or tests that plugin files outside ansible-core define."""
        loader = filter_loader if message['kind'] == 'filter' else test_loader
        own = []
        for plugin in loader.all():
            path = getattr(plugin, '_original_path', '') or ''
            if not path.startswith(message['core']):
                own.append(plugin.ansible_name if False else plugin._load_name)
                own.extend(getattr(plugin, 'ansible_aliases', []) or [])
        return sorted(set(own))

    def has(self, message):
        return self._find(message['kind'], message['name']) is not None

    def _find(self, kind, name):
        loader = filter_loader if kind == 'filter' else test_loader
        try:
            plugin = loader.get(name)
        except Exception as error:
            if type(error).__name__ in ('AnsiblePluginRemovedError', 'AnsibleRemovedError'):
                raise
            return None
        return None if plugin is None else plugin.j2_function

    def call(self, message):
        """A filter's value or a test's answer."""
        function = self._find(message['kind'], message['name'])
        if function is None:
            from jinja2.exceptions import TemplateSyntaxError
            raise TemplateSyntaxError('Could not load "%s"' % message['name'], 0)
        args = [self.channel.wire.decode(arg) for arg in message['args']]
        kwargs = self.channel.wire.decode(message['kwargs'])
        return function(*(self._passed(function) + args), **kwargs)

    def _passed(self, function):
        wanted = _PassArg.from_obj(function)
        if wanted is None:
            return []
        environment = self.templar({}).environment
        context = StandInContext(environment, self.variables)
        if wanted is _PassArg.context:
            return [context]
        if wanted is _PassArg.eval_context:
            return [context.eval_ctx]
        return [environment]

    def lookup(self, message):
        wire = self.channel.wire
        variables = wire.make_mapping(message['variables'])
        templar = self.templar(variables)
        plugin = lookup_loader.get(message['name'], loader=self.loader, templar=templar)
        if plugin is None:
            from ansible.errors import AnsibleError
            raise AnsibleError('lookup plugin (%s) not found' % message['name'])
        terms = [wire.decode(term) for term in message['terms']]
        if message.get('subdir'):
            plugin._subdir = message['subdir']
        return list(plugin.run(terms, variables=variables, **wire.decode(message['kwargs'])))

    def has_lookup(self, message):
        return lookup_loader.find_plugin_with_context(message['name']).resolved

    def render(self, message):
        """A whole template, for extensions and filters that only exist here."""
        wire = self.channel.wire
        templar = self.templar(wire.make_mapping(message['variables']))
        overrides = dict(message['overrides'])
        if message.get('searchPath'):
            templar.environment.loader.searchpath = list(message['searchPath'])
        return templar.template(
            message['source'], preserve_trailing_newlines=message['preserveTrailingNewlines'],
            escape_backslashes=message['escapeBackslashes'], convert_data=message['convertData'], overrides=overrides)

    def object(self, message):
        """An operation on an object that only exists here."""
        wire = self.channel.wire
        target = wire.objects[message['object']]
        operation = message['do']
        if operation == 'attribute':
            found = getattr(target, message['name'], missing)
            return [] if found is missing or message['name'].startswith('__') else [found]
        if operation == 'item':
            try:
                return [target[wire.decode(message['key'])]]
            except (TypeError, KeyError, IndexError):
                return []
        if operation == 'call':
            return target(*[wire.decode(arg) for arg in message['args']], **wire.decode(message['kwargs']))
        if operation == 'iterate':
            return list(target)
        if operation == 'length':
            return len(target)
        if operation == 'contains':
            return wire.decode(message['key']) in target
        return target == wire.decode(message['key'])
