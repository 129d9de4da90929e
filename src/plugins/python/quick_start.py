# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Makes importing ansible-core quicker, without changing what is imported.

Two large YAML files (the settings and the table of moved plugins) are kept as JSON in the user's cache folder, and
the cryptography library is loaded when something is decrypted or encrypted here, which is rare: the controller opens vaults.
"""
import datetime
import hashlib
import json
import os
import sys


def prepare(cache_directory):
    """Before the first import of ansible.constants."""
    cache = YamlCache(cache_directory)
    keep_settings(cache)
    keep_routing(cache)
    postpone_cryptography()


class YamlCache:
    def __init__(self, directory):
        self.directory = directory

    def load(self, data, read):
        """What read() makes of the text `data`, remembered under its hash."""
        if not self.directory or len(data) < 10000:
            return read()
        path = os.path.join(self.directory, hashlib.sha256(data).hexdigest()[:40] + '.json')
        try:
            with open(path, encoding='utf-8') as file:
                return json.load(file, object_hook=from_plain)
        except (OSError, ValueError):
            pass
        found = read()
        self._store(path, found)
        return found

    def _store(self, path, found):
        try:
            text = json.dumps(found, default=to_plain)
            if json.loads(text, object_hook=from_plain) != found:
                return
            os.makedirs(self.directory, mode=0o700, exist_ok=True)
            temporary = '%s.%d' % (path, os.getpid())
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w', encoding='utf-8') as file:
                file.write(text)
            os.replace(temporary, path)
        except (OSError, ValueError, TypeError):  # a cache may cost time, never an answer
            pass


def to_plain(value):
    if type(value) is datetime.date:
        return {'$date': value.isoformat()}
    raise TypeError(type(value).__name__)


def from_plain(value):
    if len(value) == 1 and '$date' in value:
        return datetime.date.fromisoformat(value['$date'])
    return value


def keep_settings(cache):
    from ansible.config.manager import ConfigManager
    plain = getattr(ConfigManager, '_read_config_yaml_file', None)
    if plain is None:
        return

    def read(self, yml_file):
        try:
            with open(yml_file, 'rb') as file:
                data = file.read()
        except OSError:
            return plain(self, yml_file)
        return cache.load(data, lambda: plain(self, yml_file))

    ConfigManager._read_config_yaml_file = read


def keep_routing(cache):
    from ansible.utils.collection_loader import _collection_finder
    plain = getattr(_collection_finder, '_meta_yml_to_dict', None)
    if plain is None:
        return

    def read(yaml_string_data, content_id):
        if not isinstance(yaml_string_data, bytes):
            return plain(yaml_string_data, content_id)
        return cache.load(yaml_string_data, lambda: plain(yaml_string_data, content_id))

    _collection_finder._meta_yml_to_dict = read


def postpone_cryptography():
    """Imports ansible.parsing.vault without the library, which is added when a cipher is used."""
    if 'cryptography' in sys.modules:
        return
    sys.modules['cryptography'] = None
    try:
        from ansible.parsing import vault
    finally:
        del sys.modules['cryptography']
    cipher = getattr(vault, 'VaultAES256', None)
    if cipher is None:
        return
    for name in ('encrypt', 'decrypt'):
        plain = cipher.__dict__.get(name)
        if isinstance(plain, classmethod):
            setattr(cipher, name, classmethod(with_cryptography(vault, plain.__func__)))


def with_cryptography(vault, method):
    def call(cls, *args, **kwargs):
        add_cryptography(vault)
        return method(cls, *args, **kwargs)
    return call


def add_cryptography(vault):
    if getattr(vault, 'HAS_CRYPTOGRAPHY', True):
        return
    # Run the module's own imports in a copy of its namespace: their names may differ between versions.
    import importlib.util
    spec = importlib.util.spec_from_file_location('madansible_plugins.vault_imports', vault.__file__)
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    for name, value in vars(copy).items():
        if name == 'HAS_CRYPTOGRAPHY' or comes_from_cryptography(value):
            setattr(vault, name, value)


def comes_from_cryptography(value):
    home = getattr(value, '__module__', None) or getattr(value, '__name__', None)
    return isinstance(home, str) and home.split('.')[0] == 'cryptography'
