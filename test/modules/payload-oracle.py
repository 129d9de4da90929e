"""Prints, for module files named on stdin, the archive members that ansible-core itself would send, as JSON."""
import hashlib
import io
import json
import sys
import zipfile

sys.path = [p for p in sys.path if p not in ('', '.') and not p.endswith('/test/modules')]
from ansible.executor import module_common
from ansible.plugins.loader import module_utils_loader

compiled = {}


def compile_once(source, *args):
    key = bytes(source, 'utf-8') if isinstance(source, str) else source
    if key not in compiled:
        compiled[key] = compile(source, *args)
    return compiled[key]


# Support code is the same for many modules; parsing it once does not change what is found.
module_common.compile = compile_once

answer = {}
request = json.load(sys.stdin)
for directory in request.get('moduleUtils', []):
    module_utils_loader.add_directory(directory)
for name, path in request['modules']:
    with open(path, 'rb') as file:
        content = file.read()
    content = content.replace(module_common.REPLACER, b'from ansible.module_utils.basic import *')
    try:
        fqn = module_common._get_ansible_module_fqn(path)
    except ValueError:
        fqn = 'ansible.modules.' + name
    archive = io.BytesIO()
    try:
        with zipfile.ZipFile(archive, mode='w') as zf:
            module_common.recursive_finder(name, fqn, content, zf)
            module_common._add_module_to_zip(zf, fqn, content)
            answer[path] = {n: hashlib.sha256(zf.read(n)).hexdigest() for n in zf.namelist()}
    except Exception as error:
        answer[path] = {'error': str(error)}
json.dump(answer, sys.stdout)
