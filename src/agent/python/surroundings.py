# Eighth part of the agent: what a fresh login would see and a long-lived process would miss. Guarantees: a change of
# installed Python packages, of the name service configuration, of /etc/environment or (where the C library does not look
# itself) of /etc/resolv.conf is noticed before the next module call.
class Surroundings(object):
    """What a fresh login would see and a long-lived process would miss."""

    def __init__(self):
        self.environment_seen = self._mtime('/etc/environment')
        self.environment = self._read_environment()
        self.set, self.unset = {}, []
        self.original = dict(os.environ)
        self.resolv = self._mtime('/etc/resolv.conf')
        self.python = self.python_signature()

    @staticmethod
    def _mtime(path):
        try:
            return os.stat(path).st_mtime
        except OSError:
            return None

    def python_signature(self):
        paths = [p for p in sys.path if p and p != PAYLOAD_PATH]
        if not os.environ.get('PYTHONNOUSERSITE') and PY3:
            user = os.path.expanduser('~/.local/lib/python%d.%d/site-packages' % sys.version_info[:2])
            if user not in paths:
                paths.append(user)
        return tuple(self._mtime(p) for p in paths + ['/etc/nsswitch.conf', '/etc/ld.so.cache', STDLIB])

    @staticmethod
    def _read_environment():
        """/etc/environment as pam_env reads it."""
        values = {}
        try:
            with open('/etc/environment') as lines:
                for line in lines:
                    line = line.partition('#')[0].strip()
                    if line.startswith('export '):
                        line = line[7:]
                    name, equals, value = line.partition('=')
                    if not equals:
                        continue
                    if value[:1] in ('"', "'"):
                        # pam_env drops quotes only around the value.
                        value = value[1:-1] if value[-1:] in ('"', "'") else value[1:]
                    values[name] = value
        except (IOError, OSError, UnicodeDecodeError):
            pass
        return values

    def refresh(self):
        seen = self._mtime('/etc/environment')
        if seen == self.environment_seen:
            return
        self.environment_seen = seen
        fresh = self._read_environment()
        self.set, self.unset = {}, []
        for name in set(self.environment) | set(fresh):
            # A name the login set otherwise (profile, sudo) is not pam_env's to change.
            ours = name not in self.original or self.original[name] == self.environment.get(name)
            if ours and name in fresh:
                self.set[name] = fresh[name]
            elif ours:
                self.unset.append(name)

    def settings(self, header):
        """Adds to a request what has drifted since the login."""
        self.refresh()
        if self.set:
            header['env'] = dict(self.set, **(header.get('env') or {}))
        if self.unset:
            header['unset'] = self.unset
        if self._mtime('/etc/resolv.conf') != self.resolv and not reloads_resolver():
            header['resInit'] = True
        return header


def reloads_resolver():
    """glibc reads a changed resolv.conf by itself since 2.26."""
    try:
        version = os.confstr('CS_GNU_LIBC_VERSION').split()[1].split('.')
        return (int(version[0]), int(version[1])) >= (2, 26)
    except (ValueError, AttributeError, OSError, IndexError):
        return False


def wants_own_interpreter(env):
    """Whether an environment changes what the interpreter itself does at its start."""
    if any(name.startswith(('PYTHON', 'LD_')) for name in env):
        return True
    locale_names = [n for n in ('LC_ALL', 'LC_CTYPE', 'LANG') if n in env]
    if not locale_names:
        return False
    value = next((v for v in (env.get(n, os.environ.get(n)) for n in ('LC_ALL', 'LC_CTYPE', 'LANG')) if v), '')
    plain = value in ('', 'C', 'POSIX')
    return 'utf' not in value.lower() and not (plain and sys.version_info >= (3, 7))
