# Third part of the agent: child processes. Guarantees for every child: a session of its own, stdin at end of file
# unless given, only descriptors 0, 1 and 2, the login's umask, default signals; its end is the end of the process (a
# daemon left behind may keep the output open); output, status and processor time are reported; a kill reaches the
# whole process group, politely first.
KILL_GRACE = 2.0


def failed_start(channel, call_id):
    """The answer to a call that could not be started (no space, no memory, no processes): as if its interpreter failed."""
    import traceback
    channel.send({'id': call_id, 'rc': 1, 'out': 0}, traceback.format_exc().encode('utf-8', 'replace'))


class Child(object):
    def __init__(self, loop, pid, fds, on_done):
        self.loop, self.pid, self.on_done = loop, pid, on_done
        self.chunks = dict((fd, []) for fd in fds)
        self.fds = list(fds)
        self.timer = None
        self.kill_timer = None
        self.timed_out = False
        for fd in fds:
            set_nonblocking(fd)
            loop.read(fd, lambda fd=fd: self._readable(fd))

    def _readable(self, fd):
        """Reads once; False when there is nothing more."""
        try:
            data = os.read(fd, CHUNK)
        except (OSError, IOError) as e:
            if e.errno in (errno.EAGAIN, errno.EINTR):
                return False
            data = b''
        if data:
            self.chunks[fd].append(data)
            return True
        self.loop.unread(fd)
        return False

    def timeout(self, seconds):
        self.timer = self.loop.later(seconds, self._expired)

    def _expired(self):
        self.timed_out = True
        self.kill(signal.SIGTERM)

    def kill(self, number):
        signal_group(self.pid, number)
        if number != signal.SIGKILL and self.kill_timer is None:
            self.kill_timer = self.loop.later(KILL_GRACE, lambda: signal_group(self.pid, signal.SIGKILL))

    def finish(self, status, usage):
        for timer in (self.timer, self.kill_timer):
            if timer:
                self.loop.cancel(timer)
        for fd in self.fds:
            while fd in self.loop.readers and self._readable(fd):
                pass
            self.loop.unread(fd)
            disown(fd)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        header = {'rc': 128 + killed if killed else os.WEXITSTATUS(status),
                  'cpu': int((usage.ru_utime + usage.ru_stime) * 10000) / 10.0}
        if killed:
            header['sig'] = killed
        if self.timed_out:
            header['timedOut'] = True
        self.on_done(header, [b''.join(self.chunks[fd]) for fd in self.fds])


def signal_group(pid, number):
    try:
        os.killpg(pid, number)
    except OSError:
        try:
            os.kill(pid, number)
        except OSError:
            pass


class Nursery(object):
    """The children of this process."""

    def __init__(self, loop):
        self.loop = loop
        self.children = {}
        self.others = {}
        loop.on_child = self.reap

    def reap(self):
        for pid in list(self.children) + list(self.others):
            try:
                ended, status, usage = retry(os.wait4, pid, os.WNOHANG)
            except OSError:
                ended = 0
            if not ended:
                continue
            child = self.children.pop(pid, None)
            if child:
                child.finish(status, usage)
            else:
                self.others.pop(pid)(status)

    def spawn(self, action, on_done, stdin=None, tty=False, extra=0, settings=None):
        """
        Forks; the child runs `action(extra_fd)` and leaves with what it returns. `stdin` is bytes to feed, or None.
        With `extra` a third pipe collects what the child writes to that descriptor. Raises OSError when there are
        no processes or descriptors left.
        """
        parent_fds, child_fds = [], []
        try:
            if tty:
                import pty
                master, slave = pty.openpty()
                parent_fds, child_fds = [own(master)], [own(slave)]
            else:
                for _ in range(3 if extra else 2):
                    read_fd, write_fd = own_pipe()
                    parent_fds.append(read_fd)
                    child_fds.append(write_fd)
            feed = own_pipe() if stdin is not None and not tty else None
            pid = os.fork()
        except BaseException:
            for fd in parent_fds + child_fds:
                disown(fd)
            raise
        if pid == 0:
            leave(lambda: in_child(action, child_fds, feed, tty, settings or {}))
        for fd in child_fds:
            disown(fd)
        if feed:
            disown(feed[0])
            Feeder(self.loop, feed[1], stdin)
        child = self.children[pid] = Child(self.loop, pid, parent_fds, on_done)
        return child

    def hangup(self):
        """Ends every running child: hangup now, kill soon, and waits for them (at most the grace time)."""
        for pid in self.children:
            signal_group(pid, signal.SIGHUP)
        deadline = monotonic() + KILL_GRACE
        while self.children and monotonic() < deadline:
            self.drop_ended()
            if self.children:
                time.sleep(0.01)
        for pid in self.children:
            signal_group(pid, signal.SIGKILL)

    def drop_ended(self):
        for pid in list(self.children):
            try:
                if retry(os.waitpid, pid, os.WNOHANG)[0]:
                    del self.children[pid]
            except OSError:
                del self.children[pid]


class Feeder(object):
    """Writes a child's standard input without blocking, then closes it."""

    def __init__(self, loop, fd, data):
        self.loop, self.fd, self.rest = loop, fd, memoryview(data)
        set_nonblocking(fd)
        self.go()

    def go(self):
        while self.rest:
            try:
                self.rest = self.rest[os.write(self.fd, self.rest):]
            except (OSError, IOError) as e:
                if e.errno == errno.EINTR:
                    continue
                if e.errno == errno.EAGAIN:
                    self.loop.write(self.fd, self.go)
                    return
                break
        self.loop.unwrite(self.fd)
        disown(self.fd)


def leave(action):
    """Runs the life of a forked process and never returns into the agent's own code."""
    code = 70
    try:
        code = action()
    except BaseException:
        import traceback
        try:
            traceback.print_exc()
        except Exception:
            pass
    finally:
        os._exit(code if isinstance(code, int) else 0)


def in_child(action, child_fds, feed, tty, settings):
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stdin = feed[0] if feed else (child_fds[0] if tty else os.open(os.devnull, os.O_RDONLY))
    if tty:
        import termios
        fcntl.ioctl(child_fds[0], termios.TIOCSCTTY, 0)
    # The pipes may themselves be 0, 1 or 2 when those were closed: lift them out of the way first.
    wanted = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in
              (stdin, child_fds[0], child_fds[0 if tty else 1])]
    extra_fd = fcntl.fcntl(child_fds[2], fcntl.F_DUPFD, 10) if len(child_fds) > 2 else -1
    for fd in list(OPEN_FDS):
        disown(fd)
    if not feed and not tty:
        os.close(stdin)
    for number, fd in enumerate(wanted):
        os.dup2(fd, number)
        os.close(fd)
    if extra_fd >= 0:
        own(extra_fd)
    os.umask(settings.get('umask', START_UMASK))
    limit_files(settings.get('nofile'))
    go_to(settings.get('cwd'))
    return action(extra_fd)


def limit_files(wanted):
    """PYTHON_MODULE_RLIMIT_NOFILE: the soft limit of open files, as far as the hard one allows."""
    if not wanted:
        return
    import resource
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted), hard))
    except ValueError:
        pass


def go_to(directory):
    """A directory that exists and can be read, as AnsiballZ makes sure of: the wanted one, else home, else the root."""
    for candidate in (directory, START_CWD, os.path.expanduser('~'), '/'):
        if candidate is None:
            continue
        try:
            os.chdir(candidate)
            os.getcwd()
            return
        except OSError:
            pass


def merged_environment(settings):
    env = dict(os.environ)
    for name in settings.get('unset', ()):
        env.pop(name, None)
    env.update(settings.get('env') or {})
    return env


def exec_program(argv, settings):
    """Replaces this child by a program; 127 and the shell's words when it is not there."""
    env = merged_environment(settings)
    # Python ignores these two; programs expect them as a login shell leaves them.
    for number in (signal.SIGPIPE, getattr(signal, 'SIGXFSZ', None)):
        if number is not None:
            signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(argv[0], argv, env)
    except OSError as e:
        os.write(2, ('/bin/sh: 1: %s: %s\n' % (argv[0], 'not found' if e.errno == errno.ENOENT else e.strerror)).encode('utf-8', 'replace'))
        return 127 if e.errno == errno.ENOENT else 126


def apply_environment(settings):
    """The task's environment for a module that runs inside this child."""
    for name in settings.get('unset', ()):
        os.environ.pop(name, None)
    env = settings.get('env') or {}
    if env:
        os.environ.update(env)
        if 'TZ' in env:
            time.tzset()
        if any(name == 'LANG' or name.startswith('LC_') for name in env):
            import locale
            try:
                locale.setlocale(locale.LC_CTYPE, '')
            except locale.Error:
                pass
    if settings.get('resInit'):
        import ctypes
        try:
            ctypes.CDLL(None)['__res_init']()
        except Exception:
            pass


def run_module_here(payload, fqn, args, settings, modlib_path):
    """The module in this process, to its very end: exit code as an interpreter of its own would give."""
    apply_environment(settings)
    if sys.version_info < (3, 7) and 'random' in sys.modules:
        sys.modules['random'].seed()
    try:
        execute_module(payload, fqn, args, modlib_path)
        code = 0
    except SystemExit as e:
        code = exit_code(e.code)
    except BaseException:
        kind, error, trace = sys.exc_info()
        # Only the module's own frames: the agent's say nothing to its author.
        while trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename == 'madansible-agent':
            trace = trace.tb_next
        if PY3:
            error.__traceback__ = trace
        code = 1
        try:
            sys.excepthook(kind, error, trace)
        except SystemExit as e:
            # The file module's own hook reports the error as its result and exits.
            code = exit_code(e.code)
    return finish_process(code)


def exit_code(value):
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 0xff
    sys.stderr.write('%s\n' % (value,))
    return 1


def finish_process(code):
    """What the interpreter does at its end: other threads, exit functions, buffers."""
    threading = sys.modules.get('threading')
    try:
        if threading is not None:
            (threading._shutdown if PY3 else threading._exitfunc)()
    except BaseException:
        pass
    try:
        import atexit
        atexit._run_exitfuncs()
    except BaseException:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            code = code or 120
    return code
