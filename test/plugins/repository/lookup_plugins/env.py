"""A lookup of a built-in name: the repository's own counts."""
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        return ['own env of %s' % term for term in terms]
