from ansible.plugins.lookup import LookupBase

DOCUMENTATION = """
  name: options
  short_description: options of a lookup
  description: options of a lookup
  options:
    _terms:
      description: ignored
    size:
      description: a number
      type: int
      default: 3
      vars: [{name: options_size}]
      env: [{name: OPTIONS_SIZE}]
    colour:
      description: a choice
      choices: [red, green]
      default: red
"""


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        return [self.get_option('size'), self.get_option('colour')]
