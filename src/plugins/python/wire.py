# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Values on the way between the controller and this process. The counterpart is wire.ts.

JSON, and {"!": [kind, ...]} for what JSON cannot say. Types of ansible-core and Jinja2 are looked up only
where their modules are loaded already: there cannot be values of them before.
"""
import base64
import datetime
import itertools
import sys
from collections.abc import Iterator, Mapping, MappingView

SMALL = 1 << 53


class Wire:
    """Encodes and decodes; keeps objects that only exist here under numbers until the controller forgets them."""

    def __init__(self, make_mapping, make_object, vault):
        self.make_mapping = make_mapping
        self.make_object = make_object
        self.vault = vault
        self.own = {}
        self._numbers = itertools.count(1)

    def release(self, number):
        self.own.pop(number, None)

    # --- to the controller

    def encode(self, value):
        """A value as JSON can carry it."""
        kind = type(value)
        if kind is str or value is None or kind is bool:
            return value
        if kind is dict:
            return self._encode_mapping(value)
        if kind is list:
            return [self.encode(item) for item in value]
        if isinstance(value, int) and not isinstance(value, bool):
            return int(value) if -SMALL < value < SMALL else {'!': ['int', str(int(value))]}
        if isinstance(value, float):
            return {'!': ['float', float.__repr__(value)]}
        return self._encode_other(value)

    def _encode_other(self, value):
        if getattr(type(value), '_is_madansible_stand_in', False):
            return self._encode_stand_in(value)
        if isinstance(value, str):
            return self._encode_text(value)
        special = self._encode_jinja(value)
        if special is not None:
            return special
        if isinstance(value, Mapping):
            return self._encode_mapping(value)
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        if isinstance(value, tuple):
            return self._encode_tuple(value)
        if isinstance(value, (set, frozenset)):
            return {'!': ['set', [self.encode(item) for item in value]]}
        if isinstance(value, (Iterator, MappingView, range)):
            return [self.encode(item) for item in value]
        return self._encode_plain(value)

    def _encode_stand_in(self, value):
        if value._madansible_changed:
            return {'!': ['dict', [[self.encode(key), self.encode(item)] for key, item in value.items()]]}
        return {'!': ['mine', value._madansible_number]}

    def _encode_tuple(self, value):
        items = [self.encode(item) for item in value]
        fields = getattr(value, '_fields', None)
        if fields is None or type(value).__repr__ is tuple.__repr__:
            return {'!': ['tuple', items]}
        return {'!': ['named', self._keep(value), items, list(fields), type(value).__name__, repr(value)]}

    def _encode_plain(self, value):
        if isinstance(value, (bytes, bytearray)):
            return {'!': ['bytes', base64.b64encode(bytes(value)).decode()]}
        if isinstance(value, datetime.datetime):
            offset = value.utcoffset()
            return {'!': ['datetime', value.year, value.month, value.day, value.hour, value.minute, value.second,
                          value.microsecond, None if offset is None else int(offset.total_seconds())]}
        if isinstance(value, datetime.date):
            return {'!': ['date', value.year, value.month, value.day]}
        if isinstance(value, datetime.timedelta):
            return {'!': ['timedelta', value.days, value.seconds, value.microseconds]}
        return self._encode_object(value)

    def _encode_text(self, value):
        text = str.__str__(value)
        if getattr(value, '__UNSAFE__', False):
            return {'!': ['unsafe', text]}
        if type(value).__name__ == 'NativeJinjaText':
            return {'!': ['native', text]}
        if type(value).__name__ == 'Markup':
            return {'!': ['markup', text]}
        return text

    def _encode_jinja(self, value):
        objects = sys.modules.get('ansible.parsing.yaml.objects')
        if objects is not None and isinstance(value, objects.AnsibleVaultEncryptedUnicode):
            text = value._ciphertext
            return {'!': ['vault', text if isinstance(text, str) else text.decode()]}
        jinja2 = sys.modules.get('jinja2')
        if jinja2 is None or not isinstance(value, jinja2.Undefined):
            return None
        if not isinstance(value, jinja2.StrictUndefined):
            return {'!': ['lenient']}
        name = value._undefined_name
        return {'!': ['undefined', name if isinstance(name, str) else None, value._undefined_message,
                      value._undefined_exception.__name__ == 'AnsibleUndefinedVariable']}

    def _encode_mapping(self, value):
        if isinstance(value, dict) and type(value).__repr__ is not dict.__repr__:
            return {'!': ['shown', self._keep(value), [[self.encode(k), self.encode(v)] for k, v in value.items()],
                          type(value).__name__, repr(value)]}
        plain = {}
        for key, item in value.items():
            # The controller's JSON objects hold keys that look like numbers in another order.
            if type(key) is not str or key == '!' or key.isdigit():
                return {'!': ['dict', [[self.encode(k), self.encode(v)] for k, v in value.items()]]}
            plain[key] = self.encode(item)
        return plain

    def _keep(self, value):
        number = next(self._numbers)
        self.own[number] = value
        return number

    def _encode_object(self, value):
        number = self._keep(value)
        try:
            text = str(value)
        except Exception:  # an object without a usable str() is still an object
            text = object.__repr__(value)
        return {'!': ['object', number, type(value).__name__, text, callable(value)]}

    # --- from the controller

    def decode(self, value):
        """The Python value of decoded JSON."""
        kind = type(value)
        if kind is list:
            return [self.decode(item) for item in value]
        if kind is not dict:
            return value
        if len(value) == 1 and '!' in value:
            return self._decode_special(value['!'])
        return {key: self.decode(item) for key, item in value.items()}

    def _decode_special(self, parts):
        kind = parts[0]
        if kind == 'unsafe':
            from ansible.utils.unsafe_proxy import AnsibleUnsafeText
            return AnsibleUnsafeText(parts[1])
        if kind == 'dict':
            return {self.decode(key): self.decode(item) for key, item in parts[1]}
        if kind == 'mapping':
            return self.make_mapping(parts[1], parts[2])
        if kind == 'tuple':
            return tuple(self.decode(item) for item in parts[1])
        if kind == 'undefined':
            return self._decode_undefined(*parts[1:])
        if kind == 'vault':
            return self._decode_vault(parts[1])
        if kind == 'own':
            return self.own[parts[1]]
        if kind == 'object':
            return self.make_object(*parts[1:])
        return self._decode_rare(kind, parts)

    def _decode_rare(self, kind, parts):
        if kind == 'native':
            from ansible.utils.native_jinja import NativeJinjaText
            return NativeJinjaText(parts[1])
        if kind == 'markup':
            from markupsafe import Markup
            return Markup(parts[1])
        if kind == 'lenient':
            from jinja2 import Undefined
            return Undefined()
        if kind == 'range':
            return range(*parts[1:])
        if kind == 'set':
            return set(self.decode(item) for item in parts[1])
        if kind == 'bytes':
            return base64.b64decode(parts[1])
        if kind == 'date':
            return datetime.date(*parts[1:])
        if kind == 'timedelta':
            return datetime.timedelta(*parts[1:])
        if kind == 'datetime':
            zone = None if parts[8] is None else datetime.timezone(datetime.timedelta(seconds=parts[8]))
            return datetime.datetime(*parts[1:8], tzinfo=zone)
        raise ValueError('unknown kind of value: %s' % kind)

    def _decode_undefined(self, name, hint, is_from_ansible):
        from ansible.errors import AnsibleUndefinedVariable
        from ansible.template.native_helpers import AnsibleUndefined
        from jinja2.exceptions import UndefinedError
        return AnsibleUndefined(hint=hint, name=name, exc=AnsibleUndefinedVariable if is_from_ansible else UndefinedError)

    def _decode_vault(self, ciphertext):
        from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode
        text = AnsibleVaultEncryptedUnicode(ciphertext)
        text.vault = self.vault()
        return text
