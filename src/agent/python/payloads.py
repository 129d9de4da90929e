# Second part of the agent: module payloads. Guarantees that a module finds exactly the module_utils of its own
# payload, imported from memory through the ordinary import system (one path entry, as AnsiballZ's zip is), and that a
# real zip lies on disk for modules that start themselves again under another interpreter (module_utils/common/respawn).
# Compiled code may come with a payload, as .pyc files do: it is used only by the very kind of interpreter it is for.
import marshal
import types
import zlib

PAYLOAD_PATH = None
CURRENT = None
CODE_CACHE = {}
COMPILED = {}


def magic_number():
    """What marks compiled code this interpreter can run (hexadecimal), '' where none may be brought along."""
    external = sys.modules.get('_frozen_importlib_external')
    magic = getattr(external, 'MAGIC_NUMBER', b'')
    if not magic or sys.flags.optimize or not hasattr(sys.modules.get('_imp'), '_fix_co_filename'):
        return ''
    return ''.join('%02x' % byte for byte in magic)


def keep_compiled(bundle):
    """Remembers compiled files: a length, a JSON list of [name, crc, size of the text, length], the compressed code."""
    if not bundle or not magic_number():
        return
    length = struct.unpack('>I', bundle[:4])[0]
    start = 4 + length
    for name, crc, size, count in json.loads(bundle[4:start].decode('ascii')):
        COMPILED[name, (crc, size)] = bundle[start:start + count]
        start += count


def bundle_compiled(keys):
    """Compiled files in the form keep_compiled takes, b'' when there are none."""
    keys = [key for key in keys if key in COMPILED]
    if not keys:
        return b''
    listing = json.dumps([[name, crc, size, len(COMPILED[name, (crc, size)])] for name, (crc, size) in keys]).encode('ascii')
    return struct.pack('>I', len(listing)) + listing + b''.join(COMPILED[key] for key in keys)


def load_compiled(key, path):
    """A file's code object as compiling its text at `path` would give, or None."""
    data = COMPILED.get(key)
    if data is None:
        return None
    try:
        code = marshal.loads(zlib.decompress(data))
        sys.modules['_imp']._fix_co_filename(code, path)
        return code
    except Exception:
        return None


class Payload(object):
    """A zip in memory; reads its directory once, inflates and compiles single files on demand."""

    def __init__(self, sha, data):
        self.sha, self.data = sha, data
        self.on_disk = self.opens_apt = None
        self.entries = {}
        self.crcs = {}
        self.disk_path = None
        self._read_directory()

    def _read_directory(self):
        data = self.data
        end = data.rfind(b'PK\x05\x06')
        if end < 0:
            raise ValueError('module payload is not a zip')
        count, size, offset = struct.unpack('<HII', data[end + 10:end + 20])
        for _ in range(count):
            fields = struct.unpack('<4s6H3I5H2I', data[offset:offset + 46])
            name_length, extra, comment = fields[10], fields[11], fields[12]
            name = to_native(data[offset + 46:offset + 46 + name_length])
            self.entries[name] = (fields[4], fields[8], fields[16])
            self.crcs[name] = (fields[7], fields[9])
            offset += 46 + name_length + extra + comment

    def source(self, name):
        method, size, offset = self.entries[name]
        name_length, extra = struct.unpack('<2H', self.data[offset + 26:offset + 30])
        start = offset + 30 + name_length + extra
        raw = self.data[start:start + size]
        return zlib.decompress(raw, -15) if method == 8 else raw

    def find(self, fullname):
        """(file name, is a package) of a dotted name, or None."""
        base = fullname.replace('.', '/')
        if base + '/__init__.py' in self.entries:
            return base + '/__init__.py', True
        if base + '.py' in self.entries:
            return base + '.py', False
        return None

    def code(self, name):
        key = (name, self.crcs[name])
        if key not in CODE_CACHE:
            path = PAYLOAD_PATH + '/' + name
            CODE_CACHE[key] = load_compiled(key, path) or compile(self.source(name), path, 'exec', 0, True)
        return CODE_CACHE[key]

    def needs_disk(self, fqn):
        if self.on_disk is None:
            self.on_disk = 'ansible/module_utils/common/respawn.py' in self.entries or self.mentions(fqn, b'_modlib_path')
        return self.on_disk

    def mentions(self, fqn, word):
        """Whether the module's own text has `word` in it."""
        found = self.find(fqn)
        return found is not None and word in self.source(found[0])

    def write(self, directory):
        """Puts the zip on disk once, as AnsiballZ leaves it (with its sitecustomize), and returns the path."""
        if self.disk_path is None or not os.path.exists(self.disk_path):
            import io
            import zipfile
            path = os.path.join(directory, 'ansible_%s_payload.zip' % self.sha[:16])
            buffer = io.BytesIO(self.data)
            archive = zipfile.ZipFile(buffer, 'a')
            info = zipfile.ZipInfo('sitecustomize.py', (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, ('import sys\nsys.path.insert(0,"%s")\n' % path).encode('utf-8'))
            archive.close()
            temporary = '%s.%d' % (path, os.getpid())
            with_fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                write_all(with_fd, buffer.getvalue())
            finally:
                os.close(with_fd)
            os.rename(temporary, path)
            self.disk_path = path
        return self.disk_path


def write_all(fd, data):
    view = memoryview(data)
    while view:
        view = view[retry(os.write, fd, view):]


class PayloadFinder(object):
    """Path entry finder for PAYLOAD_PATH and the packages below it; looks into whatever payload is current."""

    def __init__(self, path):
        if path != PAYLOAD_PATH and not path.startswith(PAYLOAD_PATH + '/'):
            raise ImportError(path)
        self.prefix = path[len(PAYLOAD_PATH) + 1:].replace('/', '.')

    def _locate(self, fullname):
        tail = fullname.rpartition('.')[2]
        return CURRENT.find(self.prefix + '.' + tail if self.prefix else tail) if CURRENT else None

    def find_spec(self, fullname, target=None):
        found = self._locate(fullname)
        return make_spec(fullname, found[0], found[1]) if found else None

    def find_module(self, fullname, path=None):
        found = self._locate(fullname)
        return PayloadLoader(found[0], found[1]) if found else None

    def invalidate_caches(self):
        pass


def make_spec(fullname, name, is_package):
    from importlib.machinery import ModuleSpec
    path = PAYLOAD_PATH + '/' + name
    spec = ModuleSpec(fullname, PayloadLoader(name, is_package), origin=path, is_package=is_package)
    spec.has_location = True
    if is_package:
        spec.submodule_search_locations = [os.path.dirname(path)]
    return spec


class PayloadLoader(object):
    def __init__(self, name, is_pkg):
        self.name, self.is_pkg = name, is_pkg

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(CURRENT.code(self.name), module.__dict__)

    def load_module(self, fullname):
        module = sys.modules.setdefault(fullname, types.ModuleType(fullname))
        module.__file__ = PAYLOAD_PATH + '/' + self.name
        module.__loader__ = self
        if self.is_pkg:
            module.__path__ = [os.path.dirname(module.__file__)]
            module.__package__ = fullname
        else:
            module.__package__ = fullname.rpartition('.')[0]
        try:
            exec(CURRENT.code(self.name), module.__dict__)
        except BaseException:
            sys.modules.pop(fullname, None)
            raise
        return sys.modules[fullname]

    def get_source(self, fullname=None):
        return CURRENT.source(self.name).decode('utf-8')

    def get_code(self, fullname=None):
        return CURRENT.code(self.name)

    def get_filename(self, fullname=None):
        return PAYLOAD_PATH + '/' + self.name

    def is_package(self, fullname=None):
        return self.is_pkg

    def get_data(self, path):
        name = path[len(PAYLOAD_PATH) + 1:]
        if name not in CURRENT.entries:
            raise IOError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return CURRENT.source(name)


def enter_payload(payload):
    """Makes `payload` the one imports are served from."""
    global CURRENT
    CURRENT = payload
    if PAYLOAD_PATH not in sys.path:
        sys.path_hooks.insert(0, PayloadFinder)
        sys.path[:] = [PAYLOAD_PATH] + [p for p in sys.path if p not in ('', '.')]


def payload_modules():
    """Names imported from a payload, with the file each came from."""
    return dict((name, module.__loader__.name) for name, module in list(sys.modules.items())
                if isinstance(getattr(module, '__loader__', None), PayloadLoader) and name != '__main__')


def execute_module(payload, fqn, args, modlib_path):
    """Runs a new-style module as AnsiballZ's runpy call does. Ends by SystemExit or an exception of the module."""
    enter_payload(payload)
    from ansible.module_utils import basic
    basic._ANSIBLE_ARGS = args
    found = payload.find(fqn)
    if found is None:
        raise ImportError('No module named %s' % fqn)
    package = fqn if found[1] else fqn.rpartition('.')[0]
    if package:
        __import__(package)
    main = types.ModuleType('__main__')
    main.__file__ = sys.argv[0] = PAYLOAD_PATH + '/' + found[0]
    del sys.argv[1:]
    main.__package__, main.__cached__, main.__loader__ = package, None, PayloadLoader(*found)
    main.__spec__ = make_spec(fqn, *found) if PY3 else None
    main._module_fqn, main._modlib_path = fqn, modlib_path
    sys.modules['__main__'] = main
    exec(payload.code(found[0]), main.__dict__)
    print('{"msg": "New-style module did not handle its own exit", "failed": true}')
    sys.exit(1)
