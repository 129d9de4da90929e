# Fourth part of the agent: libraries that modules use, made ready before the fork. Guarantees: a module finds what it
# would have made itself. A prepared thing is handed out once, only while everything it was read from is unchanged, and
# whatever is unusual (settings from elsewhere, an environment that matters) makes the module do the work itself.
import locale
import re

APT_MAIN = '/etc/apt/apt.conf'
APT_PARTS = '/etc/apt/apt.conf.d'
APT_ENVIRONMENT = ('APT', 'DPKG', 'LANG', 'LC_', 'LD_', 'PYTHON', 'TMPDIR')
# Settings that let apt read further settings from another place.
APT_ELSEWHERE = re.compile(b'#include|\\bdir\\b(?!::(?:cache|state|bin|log)\\b)')
# File times move in steps: what was written this shortly before a look at it may change again without being seen.
RACY = 0.1
MOUNT_FACTS = 'ansible.module_utils.facts.hardware.linux'
LOOK_AGAIN = 0.002


def spawn_without_copying():
    """
    run_command passes a function to run before the program starts, which makes Python copy the whole process. Since
    Python 3 it does nothing unless a umask is asked for; without it the program starts by vfork (Python 3.10 and later).
    """
    import subprocess
    start = getattr(subprocess.Popen, '_execute_child', None)
    if sys.version_info < (3, 10) or start is None or not getattr(subprocess, '_USE_VFORK', False):
        return

    def _execute_child(self, args, executable, preexec_fn, *others, **named):
        if preexec_fn is not None and does_nothing(preexec_fn):
            preexec_fn = None
        return start(self, args, executable, preexec_fn, *others, **named)
    subprocess.Popen._execute_child = _execute_child


def look_sooner():
    """
    setup looks every 0.1 s whether the threads that ask about mounts are done, and sleeps once more when they are
    (get_mount_facts in module_utils/facts/hardware/linux.py). The threads take milliseconds: it looks more often.
    """
    sleep = time.sleep

    def sleep_less(*seconds):
        caller = sys._getframe(1)
        if caller.f_code.co_name == 'get_mount_facts' and caller.f_globals.get('__name__') == MOUNT_FACTS:
            seconds = [min(each, LOOK_AGAIN) for each in seconds]
        sleep(*seconds)
    time.sleep = sleep_less


def does_nothing(function):
    """Whether this is run_command's `preexec` in a form that has no effect."""
    code = getattr(function, '__code__', None)
    basic = sys.modules.get('ansible.module_utils.basic')
    if code is None or basic is None or getattr(function, '__globals__', None) is not basic.__dict__ or code.co_name != 'preexec':
        return False
    if not set(code.co_names) <= set(('_restore_signal_handlers', 'os', 'umask')):
        return False
    values = dict(zip(code.co_freevars, (cell.cell_contents for cell in function.__closure__ or ())))
    if not set(values) <= set(('self', 'umask')) or values.get('umask') or getattr(basic, 'PY2', False):
        return False
    restore = getattr(getattr(basic, 'AnsibleModule', None), '_restore_signal_handlers', None)
    return restore is None or restore.__code__.co_names[:1] == ('PY2',)


def file_state(path):
    """What changes when a file does; for a directory also what is in it."""
    try:
        info = os.stat(path)
    except (OSError, TypeError, ValueError):
        return (path, None)
    state = (path, info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)
    if not os.path.isdir(path):
        return state
    try:
        names = sorted(os.listdir(path))
    except OSError:
        names = []
    return (state, [file_state(os.path.join(path, name)) for name in names])


def newest(state):
    """Latest change (nanoseconds) among file states."""
    if isinstance(state, tuple) and isinstance(state[0], tuple):
        return max([newest(state[0])] + [newest(entry) for entry in state[1]])
    return state[2] if len(state) > 2 else 0


def apt_settings():
    """State of apt's settings, which a process reads once; None when they may lie elsewhere."""
    if not PY3 or 'APT_CONFIG' in os.environ:
        return None
    try:
        paths = [APT_MAIN] + [os.path.join(APT_PARTS, name) for name in os.listdir(APT_PARTS)]
    except OSError:
        return None
    for path in paths:
        try:
            with open(path, 'rb') as settings:
                text = settings.read().lower()
        except OSError:
            continue
        if APT_ELSEWHERE.search(text):
            return None
    return [file_state(APT_MAIN), file_state(APT_PARTS)]


def apt_may_differ(header):
    """Whether a call's environment could make python-apt see something else."""
    names = list(header.get('env') or ()) + list(header.get('unset') or ())
    return any(name.startswith(APT_ENVIRONMENT) for name in names)


class AptCache(object):
    """python-apt's package cache, opened in advance: opening it is most of what the apt module does."""

    def __init__(self):
        self.inputs = self.settings = self.cache = None
        import apt.debfile
        import apt_pkg
        self.apt_pkg = apt_pkg

    def look(self):
        """State of all files the cache is read from, and of the ones apt keeps it in."""
        find_file, find_dir = self.apt_pkg.config.find_file, self.apt_pkg.config.find_dir
        status = find_file('Dir::State::status')
        paths = [find_file(name) for name in ('Dir::State::extended_states', 'Dir::Etc::sourcelist', 'Dir::Etc::preferences')]
        paths += [find_dir(name) for name in ('Dir::State::lists', 'Dir::Etc::sourceparts', 'Dir::Etc::preferencesparts')]
        paths += [status, os.path.join(os.path.dirname(status), 'updates'), os.path.join(os.path.dirname(status), 'arch')]
        kept = [find_file(name) for name in ('Dir::Cache::pkgcache', 'Dir::Cache::srcpkgcache')]
        return [file_state(path) for path in paths + ['/etc/dpkg']], [file_state(path) for path in kept]

    def is_current(self):
        return self.cache is not None and self.settings == self.apt_pkg.config.dump() and self.inputs == self.look()

    def refresh(self):
        """Opens the cache unless what was opened is still what a new one would be."""
        if self.is_current():
            return
        self.cache = None
        language = locale.setlocale(locale.LC_ALL)
        try:
            # As AnsibleModule does before a module opens it.
            locale.setlocale(locale.LC_ALL, '')
            before, now = self.look()[0], time.time()
            cache = self.apt_pkg.Cache(None)
            self.settings, self.inputs = self.apt_pkg.config.dump(), self.look()
            if self.inputs[0] == before and max(newest(state) for state in before) < (now - RACY) * 1e9:
                self.cache = cache
        except Exception:
            pass  # the module itself shows the error
        finally:
            locale.setlocale(locale.LC_ALL, language)

    def offer(self):
        """In a module's process: the first opening takes the prepared cache."""
        original = self.apt_pkg.Cache

        def Cache(progress=None):
            self.apt_pkg.Cache = original
            if self.is_current():
                cache, self.cache = self.cache, None
                return cache
            return original(progress)
        if self.cache is not None:
            self.apt_pkg.Cache = Cache
