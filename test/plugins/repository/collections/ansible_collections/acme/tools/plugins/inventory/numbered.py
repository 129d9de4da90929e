DOCUMENTATION = """
  name: numbered
  short_description: hosts with numbers
  description: hosts with numbers
  extends_documentation_fragment: [constructed]
  options:
    plugin:
      description: name of the plugin
      required: true
    count:
      description: how many hosts
      type: int
      default: 2
"""
from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable


class InventoryModule(BaseInventoryPlugin, Constructable):
    NAME = 'acme.tools.numbered'

    def verify_file(self, path):
        return super(InventoryModule, self).verify_file(path) and path.endswith('numbered.yml')

    def parse(self, inventory, loader, path, cache=True):
        super(InventoryModule, self).parse(inventory, loader, path, cache)
        self._read_config_data(path)
        count = self.get_option('count')
        if count < 0:
            raise AnsibleParserError('%d hosts cannot be made' % count)
        for number in range(count):
            name = inventory.add_host('node%d' % number)
            inventory.set_variable(name, 'number', number)
            inventory.set_variable(name, 'data', {'list': [number, 1.5], 'text': '{{ number }}'})
            self._add_host_to_composed_groups(self.get_option('groups'), {'number': number}, name)
            self._set_composite_vars(self.get_option('compose'), {'number': number}, name)
        inventory.add_group('numbered')
        inventory.add_child('numbered', 'node0')
        inventory.set_variable('numbered', 'ansible_group_priority', 5)
