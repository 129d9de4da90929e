# Writes every setting as ansible-core resolves it here and now: {name: [value, origin]}; on stderr the error, if any.
import json
import sys

try:
    from ansible import constants
except Exception as error:
    print(error, file=sys.stderr)
    sys.exit(5)

config = constants.config
settings = {}
for name in config.get_configuration_definitions():
    if name in ('DEFAULT_LOCAL_TMP', 'CONFIG_FILE') or name.startswith('_COLOR'):
        continue
    value, origin = config.get_config_value_and_origin(name, variables=vars(constants))
    settings[name] = [value, origin]

plugins = {}
from ansible.plugins.loader import become_loader, callback_loader, connection_loader, shell_loader

become_loader.get('sudo'), become_loader.get('su'), shell_loader.get('sh'), callback_loader.get('default', class_only=True)
from ansible.playbook.play_context import PlayContext

connection_loader.get('ssh', PlayContext(), None), connection_loader.get('local', PlayContext(), None)
VARIABLES = {
    'ansible_ssh_port': '2222',
    'ansible_port': 2200,
    'ansible_become_user': 'app',
    'ansible_pipelining': 'yes',
    'ansible_ssh_common_args': '-o X=y',
    'ansible_remote_tmp': '/var/tmp/a',
}
for kind, name in (('connection', 'ssh'), ('connection', 'local'), ('become', 'sudo'), ('become', 'su'), ('shell', 'sh')):
    for suffix, variables in (('', {}), (' with variables', VARIABLES)):
        options = {}
        for option in config.get_configuration_definitions(kind, name):
            options[option] = config.get_config_value(option, plugin_type=kind, plugin_name=name, variables=variables)
        plugins['%s/%s%s' % (kind, name, suffix)] = options

deprecated = sorted({name for name, _ in config.DEPRECATED})
print(json.dumps({
    'file': config._config_file,
    'settings': settings,
    'plugins': plugins,
    'deprecated': deprecated,
    'warnings': sorted(config.WARNINGS),
}))
