"""Lookups see raw variables and template for themselves."""
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        what = kwargs.get('what', 'template')
        if what == 'raw':
            return [variables[term] for term in terms]
        if what == 'names':
            return [sorted(name for name in variables if name.startswith(terms[0]))]
        if what == 'own':
            mine = variables.copy()
            mine.update(kwargs['vars'])
            self._templar.available_variables = mine
        if what == 'hostvars':
            return [variables['hostvars'][term]['who'] for term in terms]
        return [self._templar.template(term.replace('<<', '{{').replace('>>', '}}')) for term in terms]
