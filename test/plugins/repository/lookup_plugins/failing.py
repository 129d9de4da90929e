from ansible.errors import AnsibleError, AnsibleLookupError, AnsibleUndefinedVariable
from ansible.plugins.lookup import LookupBase

ERRORS = {error.__name__: error for error in
          (AnsibleError, AnsibleLookupError, AnsibleUndefinedVariable, KeyError, OSError, ValueError)}


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        if terms[0] == 'text':
            return 'no list'
        raise ERRORS[terms[0]](terms[1])
