# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Values on the way between the controller and this process. The counterpart is wire.ts.

JSON, and {"!": [kind, ...]} for what JSON cannot say.
"""
import base64
import datetime
import json
import math
from collections.abc import Mapping

from ansible.parsing.vault import VaultLib
from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode
from ansible.template import AnsibleUndefined
from ansible.utils.unsafe_proxy import AnsibleUnsafe, AnsibleUnsafeBytes, AnsibleUnsafeText
from jinja2 import Undefined


class Wire:
    """Encodes and decodes; keeps objects that only exist here under numbers."""

    def __init__(self, make_mapping):
        self.make_mapping = make_mapping
        self.vault = VaultLib()
        self.objects = {}

    def dumps(self, value):
        return json.dumps(value, separators=(',', ':'))

    def encode(self, value):
        """A value as JSON can carry it."""
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            return self._encode_text(value)
        if isinstance(value, bool) or isinstance(value, int):
            return int(value) if not isinstance(value, bool) else bool(value)
        if isinstance(value, float):
            return value if math.isfinite(value) else {'!': ['float', repr(value)]}
        if isinstance(value, Undefined):
            return {'!': ['undefined', getattr(value, '_undefined_name', None), getattr(value, '_undefined_hint', None)]}
        if isinstance(value, AnsibleVaultEncryptedUnicode):
            return {'!': ['vault', value._ciphertext if isinstance(value._ciphertext, str) else value._ciphertext.decode()]}
        if isinstance(value, Mapping):
            return self._encode_mapping(value)
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        return self._encode_other(value)

    def _encode_text(self, value):
        text = str.__str__(value) if not isinstance(value, AnsibleUnsafeText) else ''.join(value)
        if isinstance(value, AnsibleUnsafe) and '{' in text:
            return {'!': ['unsafe', text]}
        return text

    def _encode_mapping(self, value):
        number = getattr(value, '_madansible_mapping', None)
        if number is not None:
            return {'!': ['mapping', number]}
        plain = {}
        for key in value:
            if type(key) is not str and not isinstance(key, str) or key == '!':
                return {'!': ['dict', [[self.encode(k), self.encode(value[k])] for k in value]]}
            plain[''.join(key)] = self.encode(value[key])
        return plain

    def _encode_other(self, value):
        if isinstance(value, tuple):
            return {'!': ['tuple', [self.encode(item) for item in value]]}
        if isinstance(value, (set, frozenset)):
            return {'!': ['set', [self.encode(item) for item in value]]}
        if isinstance(value, (bytes, AnsibleUnsafeBytes)):
            return {'!': ['bytes', base64.b64encode(bytes(value)).decode()]}
        if isinstance(value, datetime.datetime):
            offset = value.utcoffset()
            return {'!': ['datetime', value.year, value.month, value.day, value.hour, value.minute, value.second,
                          value.microsecond, None if offset is None else int(offset.total_seconds())]}
        if isinstance(value, datetime.date):
            return {'!': ['date', value.year, value.month, value.day]}
        if hasattr(value, '__next__') or type(value).__name__ in ('range', 'dict_keys', 'dict_values', 'dict_items'):
            return [self.encode(item) for item in value]
        return self._encode_object(value)

    def _encode_object(self, value):
        number = id(value)
        self.objects[number] = value
        try:
            text = str(value)
        except Exception:  # an object without a usable str() is still an object
            text = object.__repr__(value)
        return {'!': ['object', number, type(value).__name__, text, repr(value), bool(value)]}

    def decode(self, value):
        """The Python value of decoded JSON."""
        if isinstance(value, list):
            return [self.decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and '!' in value:
            return self._decode_special(value['!'])
        return {key: self.decode(item) for key, item in value.items()}

    def _decode_special(self, parts):
        kind = parts[0]
        if kind == 'unsafe':
            return AnsibleUnsafeText(parts[1])
        if kind == 'float':
            return float(parts[1])
        if kind == 'undefined':
            return AnsibleUndefined(hint=parts[2], name=parts[1])
        if kind == 'vault':
            text = AnsibleVaultEncryptedUnicode(parts[1])
            text.vault = self.vault
            return text
        if kind == 'dict':
            return {self._hashable(key): self.decode(item) for key, item in parts[1]}
        if kind == 'tuple':
            return tuple(self.decode(item) for item in parts[1])
        if kind == 'set':
            return set(self.decode(item) for item in parts[1])
        if kind == 'bytes':
            return base64.b64decode(parts[1])
        if kind == 'date':
            return datetime.date(*parts[1:])
        if kind == 'datetime':
            zone = None if parts[8] is None else datetime.timezone(datetime.timedelta(seconds=parts[8]))
            return datetime.datetime(*parts[1:8], tzinfo=zone)
        if kind == 'mapping':
            return self.make_mapping(parts[1])
        if kind == 'object':
            return self.objects[parts[1]]
        raise ValueError('unknown kind of value: %s' % kind)

    def _hashable(self, key):
        return self.decode(key)
