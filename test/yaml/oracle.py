# Reads JSON lines {"text", "file"} and writes, for each, what Ansible's YAML loader makes of the text: a canonical form
# of the value with the positions of mappings, lists and texts, the warnings, or the error.
import datetime
import json
import struct
import sys

from ansible.parsing.yaml import constructor
from ansible.parsing.yaml.loader import AnsibleLoader
from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode
from ansible.utils.unsafe_proxy import AnsibleUnsafe

warnings = []


class Recorder:
    def warning(self, message):
        warnings.append(message)

    def debug(self, message):
        pass


constructor.display = Recorder()


def place(value):
    if isinstance(value, AnsibleVaultEncryptedUnicode):
        return None
    position = getattr(value, 'ansible_pos', None)
    return list(position[1:]) if position and position[0] is not None else None


def canonical(value, seen):
    if value is None:
        return None
    if isinstance(value, bool):
        return ['bool', value]
    if isinstance(value, int):
        return ['int', str(value)]
    if isinstance(value, float):
        return ['float', 'nan' if value != value else struct.pack('>d', value).hex()]
    if isinstance(value, AnsibleVaultEncryptedUnicode):
        return ['vault', value._ciphertext.decode()]
    if isinstance(value, str):
        return ['unsafe' if isinstance(value, AnsibleUnsafe) else 'str', str(value)]
    if isinstance(value, bytes):
        return ['bytes', bytes(value).hex()]
    if isinstance(value, datetime.datetime):
        return ['datetime', value.isoformat()]
    if isinstance(value, datetime.date):
        return ['date', value.isoformat()]
    if isinstance(value, tuple):
        return ['tuple', [canonical(item, seen) for item in value]]
    if isinstance(value, (set, frozenset)):
        return ['set', sorted(json.dumps(canonical(item, seen), ensure_ascii=False) for item in value)]
    if id(value) in seen:
        return ['seen']
    seen = seen | {id(value)}
    if isinstance(value, list):
        return ['list', place(value), [[place(item), canonical(item, seen)] for item in value]]
    pairs = [[key_of(key, seen), place(item), canonical(item, seen)] for key, item in value.items()]
    return ['dict', place(value), pairs]


def key_of(key, seen):
    # Keys are never templated, so it does not matter whether they are marked as unsafe.
    return ['str', str(key)] if isinstance(key, str) else canonical(key, seen)


def load(request):
    del warnings[:]
    loader = AnsibleLoader(request['text'], file_name=request['file'])
    try:
        return {'value': canonical(loader.get_single_data(), frozenset()), 'warnings': list(warnings)}
    except Exception as error:
        mark = getattr(error, 'problem_mark', None)
        problem = getattr(error, 'problem', None) or str(error)
        return {'error': problem, 'at': [mark.line + 1, mark.column + 1] if mark else None}
    finally:
        loader.dispose()


for line in sys.stdin:
    print(json.dumps(load(json.loads(line))))
