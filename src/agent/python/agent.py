# Last part of the agent: the process the controller talks to. It holds no module_utils itself (zygotes do), answers
# file requests, starts commands, and limits how much runs at once. Guarantees: every request gets one answer; a lost
# controller ends all that runs here for it and removes what the agent made; a change of installed Python packages or
# of the name service configuration is noticed before the next module call.
YOUNG = 1.0
MOST_CHILDREN = 256
BASE_ZYGOTES = 4
SOURCE = [None]


class Call(object):
    """A module or command, waiting or running."""

    def __init__(self, header, body):
        self.header, self.body = header, body
        self.id = header['id']
        self.started = None
        self.child = None
        self.link = None
        self.cancelled = None
        self.cleanup = []


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
                    line = line.strip()
                    if line.startswith('export '):
                        line = line[7:].lstrip()
                    name, equals, value = line.partition('=')
                    if not equals or line.startswith('#'):
                        continue
                    value = value.split('#')[0].strip() if value[:1] not in '"\'' else value
                    if len(value) > 1 and value[0] in '"\'' and value.rstrip().endswith(value[0]):
                        value = value.rstrip()[1:-1]
                    values[name.strip()] = value
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


class Agent(object):
    def __init__(self, read_fd, write_fd, limit):
        self.loop = Loop()
        self.nursery = Nursery(self.loop)
        self.channel = Channel(self.loop, read_fd, write_fd, self.frame, lambda: None)
        self.loop.on_terminate = self.channel.end
        self.surroundings = Surroundings()
        self.limit = limit
        self.payloads = {}
        self.calls = {}
        self.waiting = collections.deque()
        self.queues = {}
        self.young_timer = None
        self.zygotes = []
        self.homes = {}
        self.transfers = {}

    def serve(self):
        while self.channel.is_open:
            self.loop.step()
        for link in list(self.zygotes):
            link.channel.end()
        self.nursery.hangup()
        for transfer in list(self.transfers.values()):
            if isinstance(transfer, Incoming):
                transfer.abandon()
        deadline = monotonic() + KILL_GRACE + 1
        while self.nursery.others and monotonic() < deadline:
            self.nursery.reap()
            time.sleep(0.005)
        remove_private_directory()

    def frame(self, header, body):
        op = header['op']
        try:
            getattr(self, 'do_' + op)(header, body)
        except Exception as e:
            if 'id' in header:
                self.fail(header['id'], e)

    def fail(self, call_id, error):
        text = '%s' % (error,)
        if isinstance(error, (OSError, IOError)) and error.strerror:
            text = '%s: %s' % (error.strerror, error.filename) if error.filename else error.strerror
        elif not isinstance(error, (OSError, IOError)):
            text = '%s: %s' % (type(error).__name__, text)
        self.channel.send({'id': call_id, 'error': text, 'code': errno_name(error)})

    # Calls: first in their own queue, then for a free place, then in a child or a zygote.

    def do_payload(self, header, body):
        self.payloads[header['sha']] = Payload(header['sha'], body)

    def do_run(self, header, body):
        call = self.calls[header['id']] = Call(header, body)
        queue = header.get('queue')
        if queue is not None:
            line = self.queues.setdefault(queue, collections.deque())
            line.append(call)
            if len(line) > 1:
                return
        self.waiting.append(call)
        self.pump()

    do_exec = do_script = do_async = do_run

    def pump(self):
        while self.waiting:
            now = monotonic()
            running = [c.started for c in self.calls.values() if c.started is not None]
            young = [s for s in running if now - s < YOUNG]
            # What has been running for a while is mostly waiting for something: it may not keep others out.
            if len(young) >= self.limit or len(running) >= MOST_CHILDREN:
                if self.young_timer is None:
                    self.young_timer = self.loop.later(min(young) + YOUNG - now if young else YOUNG, self._aged)
                return
            call = self.waiting.popleft()
            call.started = now
            try:
                self.start(call)
            except Exception as e:
                self.fail(call.id, e)
                self.finished(call)

    def _aged(self):
        self.young_timer = None
        self.pump()

    def start(self, call):
        header = self.surroundings.settings(call.header)
        op = header['op']
        if op == 'exec':
            argv, stdin = header['argv'], (call.body if header.get('stdin') else None)
            self.supervise(call, lambda extra: exec_program(argv, header), stdin, bool(header.get('tty')))
        elif op == 'script' or header.get('script'):
            self.start_script(call)
        else:
            self.start_module(call)

    def supervise(self, call, action, stdin=None, tty=False):
        def done(reply, outputs):
            reply['id'], reply['out'] = call.id, len(outputs[0])
            self.channel.send(reply, b''.join(outputs))
            self.finished(call)
        call.child = self.nursery.spawn(action, done, stdin, tty, settings=call.header)
        if call.header.get('timeout'):
            call.child.timeout(call.header['timeout'])

    def finished(self, call):
        self.calls.pop(call.id, None)
        for path in call.cleanup:
            TEMPORARY.discard(path)
            try:
                remove_tree(path)
            except OSError:
                pass
        queue = call.header.get('queue')
        if queue is not None:
            line = self.queues[queue]
            line.popleft()
            if line:
                self.waiting.append(line[0])
            else:
                del self.queues[queue]
        self.pump()

    def start_script(self, call):
        header, body = call.header, call.body
        directory = make_temporary(header.get('tmp'))
        is_job = header['op'] == 'async'
        if is_job:
            TEMPORARY.discard(directory)
            header['cleanup'] = [directory]
        else:
            call.cleanup.append(directory)
        path = os.path.join(directory, header['name'])
        size = header['size']
        parts = [header['shebang']] if header.get('shebang') else []
        parts.append(quote(path))
        self.write_file(path, body[:size], 0o700)
        if header.get('args'):
            args_path = os.path.join(directory, 'args')
            self.write_file(args_path, body[size:], 0o600)
            parts.append(quote(args_path))
        argv = ['/bin/sh', '-c', ' '.join(parts)]
        header['name'] = ' '.join(parts)
        if is_job:
            self.supervise(call, lambda extra: start_job(header, lambda: exec_program(argv, header)))
        else:
            self.supervise(call, lambda extra: exec_program(argv, header))

    @staticmethod
    def write_file(path, data, mode):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            write_all(fd, data)
        finally:
            os.close(fd)

    def start_module(self, call):
        header, payload = call.header, self.payloads[call.header['sha']]
        if header['op'] == 'async':
            directory = make_temporary(header.get('tmp'))
            TEMPORARY.discard(directory)
            header['cleanup'] = [directory]
            header['modlib'] = payload.write(directory)
            payload.disk_path = None
            header['name'] = header['fqn']
        elif payload.needs_disk(header['fqn']):
            header['modlib'] = payload.write(private_directory())
        if wants_own_interpreter(header.get('env') or {}):
            self.start_interpreter(call, payload)
            return
        call.link = self.zygote_for(payload)
        call.link.run(payload, header, call.body)

    def start_interpreter(self, call, payload):
        """The module in an interpreter of its own, because the environment is meant for the interpreter."""
        header = call.header
        parts = [SOURCE[0], json.dumps(header).encode('ascii'), payload.data, call.body]
        loader = LOADER % (len(SOURCE[0]), 'once(%r)' % ([len(p) for p in parts[1:]],))
        self.supervise(call, lambda extra: exec_program([sys.executable, '-c', loader], header), b''.join(parts))

    def zygote_for(self, payload):
        signature = self.surroundings.python_signature()
        stale = signature != self.surroundings.python
        if stale:
            self.surroundings.python = signature
            for link in list(self.zygotes):
                self.zygotes.remove(link)
                link.retire()
            self.homes.clear()
            self.restarted = True
        link = self.homes.get(payload.sha) or (self.zygotes[0] if self.zygotes else None)
        return link or self.new_zygote(payload)

    def new_zygote(self, payload):
        if len(self.zygotes) >= BASE_ZYGOTES:
            oldest = min(self.zygotes, key=lambda l: l.used)
            self.zygotes.remove(oldest)
            self.homes = dict((sha, l) for sha, l in self.homes.items() if l is not oldest)
            oldest.retire()
        if getattr(self, 'restarted', False):
            link = exec_zygote(self.loop, self.nursery, self.zygote_reply, self.zygote_lost, payload)
        else:
            link = fork_zygote(self.loop, self.nursery, self.zygote_reply, self.zygote_lost, payload)
        self.zygotes.append(link)
        self.homes[payload.sha] = link
        return link

    def zygote_reply(self, link, header, body):
        call = self.calls.get(header['id'])
        if call is None:
            return
        if header.get('incompatible'):
            payload = self.payloads[call.header['sha']]
            others = [l for l in self.zygotes if l is not link and payload.sha not in getattr(l, 'declined', ())]
            link.declined = getattr(link, 'declined', set()) | set([payload.sha])
            call.link = self.homes[payload.sha] = others[0] if others else self.new_zygote(payload)
            call.link.run(payload, call.header, call.body)
            return
        self.channel.send(header, body)
        self.finished(call)

    def zygote_lost(self, link, pending):
        if link in self.zygotes:
            self.zygotes.remove(link)
        self.homes = dict((sha, l) for sha, l in self.homes.items() if l is not link)
        for call_id in pending:
            call = self.calls.get(call_id)
            if call:
                self.fail(call_id, RuntimeError('the process that runs modules ended unexpectedly'))
                self.finished(call)

    def do_kill(self, header, body):
        call = self.calls.get(header['id'])
        number = header.get('sig', signal.SIGTERM)
        if call is None:
            transfer = self.transfers.pop(header['id'], None)
            if isinstance(transfer, Incoming):
                transfer.abandon()
                self.fail(header['id'], OSError(errno.ECANCELED, 'transfer aborted', transfer.path))
        elif call.child:
            call.child.kill(number)
        elif call.link:
            call.link.kill(call.id, number)
        elif call.started is None:
            call.started = monotonic()
            if call in self.waiting:
                self.waiting.remove(call)
            self.channel.send({'id': call.id, 'rc': 128 + number, 'sig': number, 'out': 0})
            line = self.queues.get(call.header.get('queue'))
            if line and line[0] is not call:
                line.remove(call)
                call.header['queue'] = None
            self.finished(call)

    # Files.

    def do_put(self, header, body):
        transfer = Incoming(header['path'], header.get('mode'), header['size'], False)
        self.transfers[header['id']] = transfer
        self.do_data(header, body)

    def do_data(self, header, body):
        transfer = self.transfers.get(header['id'])
        if transfer is None:
            return
        try:
            complete = transfer.write(body)
        except Exception:
            del self.transfers[header['id']]
            raise
        if complete:
            del self.transfers[header['id']]
            self.channel.send({'id': header['id'], 'done': True})
        elif body:
            self.channel.send({'id': header['id'], 'ack': len(body)})

    def do_get(self, header, body):
        transfer = Outgoing(header['id'], header['path'], self.channel, header.get('credit', WINDOW))
        self.transfers[header['id']] = transfer
        self.do_ack({'id': header['id'], 'ack': 0}, b'')

    def do_ack(self, header, body):
        transfer = self.transfers.get(header['id'])
        if transfer:
            transfer.credit += header['ack']
            try:
                ended = transfer.pump()
            except Exception:
                del self.transfers[header['id']]
                disown(transfer.fd)
                raise
            if ended:
                del self.transfers[header['id']]

    def do_stat(self, header, body):
        path, follow = header['path'], header.get('follow')
        checksum = header.get('checksum')
        try:
            status = file_status(path, follow, False)
        except OSError as e:
            raise OSError(e.errno, e.strerror)  # the words of the stat module: without the path
        if not (checksum and status.get('reg')):
            self.channel.send(dict(status, id=header['id']))
        elif status['size'] < 1048576:
            self.channel.send(dict(file_status(path, follow, True), id=header['id']))
        else:
            # Reading a big file must not hold up the others.
            def done(reply, outputs):
                self.channel.send(dict(status, id=header['id'], sha1=to_native(outputs[0]).strip() or None))
            self.nursery.spawn(lambda extra: print_text(sha1_of(path) if os.access(path, os.R_OK) else ''), done)

    def do_mktemp(self, header, body):
        self.channel.send({'id': header['id'], 'path': make_temporary(header.get('base'))})

    def do_rmtree(self, header, body):
        path = header['path']
        TEMPORARY.discard(path)

        def done(reply, outputs):
            self.channel.send({'id': header['id'], 'done': True})
        if not os.path.lexists(path):
            done({}, [])
        else:
            self.nursery.spawn(lambda extra: remove_tree(path), done)

    def do_expand(self, header, body):
        self.channel.send({'id': header['id'], 'path': os.path.expanduser(header['path'])})

    def do_exit(self, header, body):
        # On a terminal there is no end of input to tell it.
        self.channel.end()

    def do_ping(self, header, body):
        self.channel.send({'id': header['id'], 'done': True})


def print_text(text):
    sys.stdout.write(text or '')
    sys.stdout.flush()
    return 0


def quote(text):
    return "'" + text.replace("'", "'\"'\"'") + "'"


LOADER = ('import os,sys;sys.path[:]=[p for p in sys.path if p];r=lambda n:n and(lambda c:c+r(n-len(c)))(os.read(0,n))or b"";s=r(%d);import zlib;'
          'exec(compile(zlib.decompress(s),"madansible-agent","exec"));SOURCE[0]=s;%s')


def exec_zygote(loop, nursery, on_reply, on_death, payload):
    """A zygote in a fresh interpreter: sees packages and libraries installed since this process started."""
    down_read, down_write = own_pipe()
    up_read, up_write = own_pipe()
    pid = os.fork()
    if pid == 0:
        def start():
            signal.set_wakeup_fd(-1)
            os.setsid()
            keep = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (down_read, up_write)]
            os.dup2(keep[0], 0)
            os.dup2(keep[1], 1)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 2)
            for fd in keep + [null]:
                os.close(fd)
            loader = LOADER % (len(SOURCE[0]), 'zygote(%r, %r, %r, %d)' % (PAYLOAD_PATH, START_CWD, payload.sha, len(payload.data)))
            return exec_program([sys.executable, '-c', loader], {})
        leave(start)
    disown(down_read)
    disown(up_write)
    nursery.others[pid] = lambda status: None
    link = ZygoteLink(loop, pid, up_read, down_write, on_reply, on_death)
    link.channel.outbox.append(SOURCE[0])
    link.channel.outbox.append(payload.data)
    link.channel.flush()
    link.sent.add(payload.sha)
    return link


def read_exactly(length):
    data = b''
    while len(data) < length:
        chunk = retry(os.read, 0, length - len(data))
        if not chunk:
            os._exit(1)
        data += chunk
    return data


def prepare(payload_path, start_cwd):
    global PAYLOAD_PATH, START_CWD, KEEP_MAIN
    PAYLOAD_PATH, START_CWD = payload_path, start_cwd
    # Replacing __main__ later must not empty this module's globals (Python 2 would).
    KEEP_MAIN = sys.modules['__main__']


def zygote(payload_path, start_cwd, sha, size):
    """Entry of a zygote in an interpreter of its own."""
    prepare(payload_path, start_cwd)
    payload = Payload(sha, read_exactly(size))
    read_fd, write_fd = [own(fcntl.fcntl(fd, fcntl.F_DUPFD, 10)) for fd in (0, 1)]
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    os.chdir('/')
    os._exit(Zygote(read_fd, write_fd, payload).serve())


def once(lengths):
    """Entry of a module in an interpreter of its own; header, payload and arguments follow on stdin."""
    header, data, args = [read_exactly(n) for n in lengths]
    header = native(json.loads(header.decode('ascii')))
    prepare(header.get('modlib') or '/tmp/ansible_payload/ansible_payload.zip', None)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    payload = Payload(header['sha'], data)
    header['env'] = {}
    go_to(header.get('cwd'))
    run = lambda: run_module_here(payload, header['fqn'], args, header, header.get('modlib') or PAYLOAD_PATH)
    os._exit(start_job(header, run) if 'jid' in header else run())


def hello(nonce):
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = os.environ.get('USER', '')
    try:
        cpus = os.sysconf('SC_NPROCESSORS_ONLN')
    except (ValueError, OSError):
        cpus = 1
    return {'hello': nonce, 'python': sys.executable, 'version': list(sys.version_info[:3]), 'uid': os.getuid(),
            'user': user, 'home': os.path.expanduser('~'), 'cpus': cpus, 'pid': os.getpid()}


def close_inherited():
    """A local agent may be started with descriptors that are none of its business."""
    try:
        inherited = [int(fd) for fd in os.listdir('/proc/self/fd')]
    except OSError:
        inherited = range(3, 256)
    for fd in inherited:
        if fd > 2:
            disown(fd)


def settle(nonce):
    """Leaves the login's directory and standard streams; returns descriptors for the channel."""
    try:
        cwd = os.getcwd()
    except OSError:
        cwd = None
    prepare('/tmp/.madansible-%s/modules.zip' % nonce, cwd)
    close_inherited()
    read_fd, write_fd = [own(fcntl.fcntl(fd, fcntl.F_DUPFD, 10)) for fd in (0, 1)]
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    os.chdir('/')
    retry(os.write, write_fd, ('\nMADANSIBLE-%s\n' % nonce).encode('ascii'))
    return read_fd, write_fd


def main(nonce, limit):
    """Entry of the agent: descriptors 0 and 1 are the controller."""
    read_fd, write_fd = settle(nonce)
    information = hello(nonce)
    agent = Agent(read_fd, write_fd, limit or max(4, information['cpus']))
    agent.channel.send(information)
    agent.serve()
    os._exit(0)


def single(nonce, frames):
    """Entry where nothing may stay running (sudo rules for fixed commands): answers the given frames and ends."""
    sys.path[:] = [p for p in sys.path if p]
    write_fd = settle(nonce)[1]
    read_fd, never_closed = own_pipe()
    agent = Agent(read_fd, write_fd, 1)
    agent.channel.send(hello(nonce))
    agent.channel.inbox += frames
    agent.channel._frames()
    while agent.channel.is_open and (agent.calls or agent.transfers or agent.nursery.children or agent.channel.outbox):
        agent.loop.step()
    TEMPORARY.clear()
    agent.channel.end()
    agent.serve()
    os._exit(0)
