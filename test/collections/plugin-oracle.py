"""Resolves plugin names with ansible-core's own loaders: requests on stdin, answers on stdout, as JSON."""
import json
import os
import sys

request = json.load(sys.stdin)
os.environ['ANSIBLE_COLLECTIONS_PATHS'] = ':'.join(request['paths'])
sys.path = [p for p in sys.path if p not in ('', '.') and not p.endswith('/test/collections')]
from ansible.plugins import loader
from ansible.utils.collection_loader import AnsibleCollectionConfig
from ansible.utils.collection_loader._collection_finder import (
    _get_collection_name_from_path, _get_collection_playbook_path, _get_collection_role_path)

directory = request['playbook']
AnsibleCollectionConfig.playbook_paths = [directory]
loader.add_all_plugin_dirs(directory)
loaders = {'modules': loader.module_loader, 'action': loader.action_loader, 'lookup': loader.lookup_loader,
           'connection': loader.connection_loader, 'callback': loader.callback_loader}

answers = []
for kind, name, collections in request['plugins']:
    try:
        found = loaders[kind].find_plugin_with_context(name, collection_list=collections)
        answers.append([found.resolved_fqcn, found.plugin_resolved_path, found.redirect_list, found.deprecation_warnings,
                        found.action_plugin] if found.resolved else [None])
    except Exception as error:
        answers.append({'error': str(error)})
json.dump({
    'plugins': answers,
    'roles': [_get_collection_role_path(name, collections) for name, collections in request['roles']],
    'playbooks': [_get_collection_playbook_path(name) for name in request['playbooks']],
    'names': [_get_collection_name_from_path(path) for path in request['files']],
}, sys.stdout)
