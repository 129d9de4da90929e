# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Jinja2's context for filters and tests that ask for it: names are looked up where the calling template runs."""
from collections.abc import Mapping

from ansible.template import AnsibleContext
from jinja2.runtime import missing

MISSING = object()


class Names(Mapping):
    """Every name that the calling template sees, computed; each is asked for once."""

    def __init__(self, ask, environment):
        self._ask = ask
        self._environment = environment
        self._known = {}

    def _find(self, name):
        if name not in self._known:
            found = self._ask({'ask': 'variable', 'key': name})
            self._known[name] = found[0] if found else self._environment.globals.get(name, MISSING)
        return self._known[name]

    def __getitem__(self, name):
        found = self._find(name)
        if found is MISSING:
            raise KeyError(name)
        return found

    def get(self, name, default=None):
        found = self._find(name)
        return default if found is MISSING else found

    def __contains__(self, name):
        return self._find(name) is not MISSING

    def __iter__(self):
        return iter(self._ask({'ask': 'variableNames'}))

    def __len__(self):
        return len(self._ask({'ask': 'variableNames'}))


class StandInContext(AnsibleContext):
    def resolve_or_missing(self, key):
        if key in self.vars:
            return self.vars[key]
        return self.parent.get(key, missing)


def stand_in_context(host):
    """A context over the template that called."""
    environment = host.templar({}).environment
    return StandInContext(environment, Names(host.ask, environment), None, {})
