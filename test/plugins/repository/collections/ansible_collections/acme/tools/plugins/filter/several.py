from ansible_collections.acme.tools.plugins.module_utils.words import separated


class FilterModule(object):
    def filters(self):
        return {'joined': lambda values, mark='+': separated(values, mark), 'twice': lambda value: value * 2}
