# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Mappings whose content stays on the controller and is asked for key by key."""
from collections.abc import MutableMapping


class LazyMapping(MutableMapping):
    """A mapping of the controller: hostvars, the variables of a task. Changes stay here."""

    def __init__(self, ask, number):
        self._ask = ask
        self._madansible_mapping = number
        self._known = {}
        self._removed = set()
        self._names = None

    def __getitem__(self, key):
        if key in self._known:
            return self._known[key]
        if key in self._removed:
            raise KeyError(key)
        found = self._ask({'ask': 'get', 'mapping': self._madansible_mapping, 'key': key})
        if not found:
            raise KeyError(key)
        self._known[key] = found[0]
        return found[0]

    def __contains__(self, key):
        if key in self._known:
            return True
        if key in self._removed:
            return False
        return bool(self._ask({'ask': 'has', 'mapping': self._madansible_mapping, 'key': key}))

    def __setitem__(self, key, value):
        self._changed()
        self._removed.discard(key)
        self._known[key] = value

    def __delitem__(self, key):
        if key not in self:
            raise KeyError(key)
        self._changed()
        self._known.pop(key, None)
        self._removed.add(key)

    def _changed(self):
        # No longer what the controller has: it must be sent back whole.
        self._all_names()
        self._source = self._madansible_mapping

    def _all_names(self):
        if self._names is None:
            self._names = self._ask({'ask': 'keys', 'mapping': self._madansible_mapping})
        return self._names

    def __iter__(self):
        seen = set()
        for name in list(self._all_names()) + list(self._known):
            if name not in seen and name not in self._removed:
                seen.add(name)
                yield name

    def __len__(self):
        return sum(1 for _ in self)

    def copy(self):
        twin = type(self)(self._ask, self._madansible_mapping)
        twin._known = dict(self._known)
        twin._removed = set(self._removed)
        twin._names = self._names
        return twin

    def __deepcopy__(self, memo):
        return self.copy()

    def __or__(self, other):
        return {**self, **other}

    def __ror__(self, other):
        return {**other, **self}

    def raw_get(self, host):
        """HostVars.raw_get."""
        return self.get(host)

    def __repr__(self):
        return repr(dict(self))
