"""Facts in one file a host, written with repr()."""
DOCUMENTATION = """
  name: lines
  short_description: facts as Python literals
  description: facts as Python literals
  options:
    _uri:
      required: true
      description: folder
      env: [{name: ANSIBLE_CACHE_PLUGIN_CONNECTION}]
      ini: [{key: fact_caching_connection, section: defaults}]
    _prefix:
      description: beginning of the file names
      env: [{name: ANSIBLE_CACHE_PLUGIN_PREFIX}]
      ini: [{key: fact_caching_prefix, section: defaults}]
    _timeout:
      default: 86400
      type: integer
      description: seconds
      env: [{name: ANSIBLE_CACHE_PLUGIN_TIMEOUT}]
      ini: [{key: fact_caching_timeout, section: defaults}]
"""
import ast

from ansible.plugins.cache import BaseFileCacheModule


class CacheModule(BaseFileCacheModule):
    def _load(self, filepath):
        with open(filepath) as file:
            return ast.literal_eval(file.read())

    def _dump(self, value, filepath):
        with open(filepath, 'w') as file:
            file.write(repr(value))
