# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Stand-ins for what stays on the controller: mappings whose items are asked for one by one, and objects."""
import copy
from collections.abc import Mapping

MISSING = object()


class Lazy:
    """What the lazy mappings share: each item is asked for once. Changes stay here."""
    _is_madansible_stand_in = True

    def _start(self, ask, number):
        self._ask = ask
        self._madansible_number = number
        self._madansible_changed = False
        self._known = {}
        self._removed = set()
        # Names that were set here, and what was handed out that can be changed in place.
        self._set = set()
        self._handed = {}
        self._names = None
        self._only = None

    def restrict(self, names):
        """All names that there are, so that others need not be asked for."""
        self._names = names
        self._only = frozenset(names)

    def _question(self, kind, key=None):
        return self._ask({'ask': kind, 'mapping': self._madansible_number, 'key': key})

    def _find(self, key):
        if key in self._known:
            return self._known[key]
        if key in self._removed or (self._only is not None and key not in self._only):
            return MISSING
        found = self._question('get', key)
        if not found:
            return MISSING
        self._known[key] = found[0]
        if isinstance(found[0], (dict, list, set)):
            self._handed[key] = copy.deepcopy(found[0])
        return found[0]

    def _all_names(self):
        if self._names is None:
            self._names = self._question('keys')
        names = [name for name in self._names if name not in self._removed]
        if self._madansible_changed:
            given = set(names)
            names.extend(name for name in self._known if name not in given)
        return names

    def __getitem__(self, key):
        found = self._find(key)
        if found is MISSING:
            raise KeyError(key)
        return found

    def get(self, key, default=None):
        found = self._find(key)
        return default if found is MISSING else found

    def __contains__(self, key):
        return self._find(key) is not MISSING

    def __iter__(self):
        return iter(self._all_names())

    def __len__(self):
        return len(self._all_names())

    def __bool__(self):
        return len(self) > 0

    def __repr__(self):
        return repr(dict(self.items()))

    def __reduce__(self):
        return dict, (dict(self.items()),)

    def __deepcopy__(self, _memo):
        return self.copy()

    def copy(self):
        twin = type(self).__new__(type(self))
        twin._start(self._ask, self._madansible_number)
        twin._known = dict(self._known)
        twin._removed = set(self._removed)
        twin._set = set(self._set)
        twin._handed = dict(self._handed)
        twin._names = self._names
        twin._only = self._only
        twin._madansible_changed = self._madansible_changed
        return twin

    __copy__ = copy


class LazyVariables(Lazy, dict):
    """The variables of a task, as the dict that plugins expect. Its own storage stays empty."""

    def __init__(self, ask, number):
        super(LazyVariables, self).__init__()
        self._start(ask, number)

    def __setitem__(self, key, value):
        self._madansible_changed = True
        self._removed.discard(key)
        self._known[key] = value
        self._set.add(key)
        self._handed.pop(key, None)

    def __delitem__(self, key):
        if key not in self:
            raise KeyError(key)
        self._madansible_changed = True
        self._known.pop(key, None)
        self._removed.add(key)

    def stand_in(self):
        """The mapping of the controller, in the form of wire.py."""
        return {'!': ['mine', self._madansible_number]}

    def changes(self):
        """Variables that have another value here than on the controller; None when some are gone."""
        if self._removed:
            return None
        changed = {name: self._known[name] for name in self._set}
        for name, before in self._handed.items():
            if self._known[name] != before:
                changed[name] = self._known[name]
        return changed

    def keys(self):
        return dict.fromkeys(self._all_names()).keys()

    def values(self):
        return [self[name] for name in self._all_names()]

    def items(self):
        return [(name, self[name]) for name in self._all_names()]

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key, *default):
        found = self._find(key)
        if found is MISSING:
            if default:
                return default[0]
            raise KeyError(key)
        del self[key]
        return found

    def update(self, *others, **more):
        for name, value in dict(*others, **more).items():
            self[name] = value

    def clear(self):
        for name in self._all_names():
            del self[name]

    def __eq__(self, other):
        return self is other or dict(self.items()) == other

    def __ne__(self, other):
        return not self == other

    def __or__(self, other):
        return {**dict(self.items()), **other}

    def __ror__(self, other):
        return {**other, **dict(self.items())}

    def __ior__(self, other):
        self.update(other)
        return self

    __hash__ = None


class LazyMapping(Lazy, Mapping):
    """A mapping that is no dict in Ansible either, such as the variables of another host."""

    def __init__(self, ask, number):
        self._start(ask, number)

    def raw_get(self, name):
        """HostVars.raw_get, as near as a mapping of computed variables comes."""
        return self.get(name)

    def set_variable_manager(self, _variables):
        pass

    set_inventory = set_variable_manager


# HostVars is returned as it is when templates read it (AnsibleJ2Vars); so is what has __UNSAFE__, but that would spread.
_classes = {}


def mapping_class(type_name):
    """The class for a mapping that the controller calls by this name."""
    if type_name == 'dict':
        return LazyVariables
    if type_name not in _classes:
        if type_name == 'HostVars':
            from ansible.vars.hostvars import HostVars
            # Ansible's own methods must not come before ours.
            _classes[type_name] = type('HostVars', (LazyMapping, HostVars), {})
        else:
            # Messages of Jinja2 name the module of a class, too.
            module = 'ansible.vars.hostvars' if type_name == 'HostVarsVars' else __name__
            _classes[type_name] = type(type_name, (LazyMapping,), {'__module__': module})
    return _classes[type_name]


class RemoteObject:
    """Something of the controller that has no counterpart here: a macro, a loop variable."""
    _is_madansible_stand_in = True
    _madansible_changed = False

    def __init__(self, ask, number, type_name, text, is_callable):
        self._ask = ask
        self._madansible_number = number
        self._type_name = type_name
        self._text = text
        self._is_callable = is_callable

    def _do(self, operation, **details):
        return self._ask(dict(details, ask='object', do=operation, mapping=self._madansible_number))

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        found = self._do('attribute', key=name)
        if not found:
            raise AttributeError("'%s' object has no attribute '%s'" % (self._type_name, name))
        return found[0]

    def __getitem__(self, key):
        found = self._do('item', key=key)
        if not found:
            raise KeyError(key)
        return found[0]

    def __call__(self, *args, **kwargs):
        return self._do('call', args=list(args), kwargs=kwargs)

    def __iter__(self):
        return iter(self._do('iterate'))

    def __len__(self):
        return self._do('length')

    def __bool__(self):
        return self._do('truth')

    def __str__(self):
        return self._text

    def __repr__(self):
        return self._text
