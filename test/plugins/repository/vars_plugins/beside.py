from ansible.inventory.host import Host
from ansible.plugins.vars import BaseVarsPlugin


class VarsModule(BaseVarsPlugin):
    def get_vars(self, loader, path, entities):
        super(VarsModule, self).get_vars(loader, path, entities)
        kinds = ['host' if isinstance(entity, Host) else 'group' for entity in entities]
        name = entities[0].name
        return {'shared': 'beside', 'of_group_vars': 'beside', 'seen_' + name: kinds[0]}
