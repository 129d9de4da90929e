# Last part of the agent: the ways a process of it begins, and the line that starts a further interpreter.
# The program as it came: its compressed text, and its compressed code where that came along.
SOURCE = [None, b'']


def print_text(text):
    sys.stdout.write(text or '')
    sys.stdout.flush()
    return 0


def quote(text):
    return "'" + text.replace("'", "'\"'\"'") + "'"


LOADER = ('import os,sys;sys.path[:]=[p for p in sys.path if p];r=lambda n:n and(lambda c:c+r(n-len(c)))(os.read(0,n))or b"";s=r(%d);c=r(%d);import marshal,zlib;'
          'exec(marshal.loads(zlib.decompress(c)) if c else compile(zlib.decompress(s),"madansible-agent","exec"));SOURCE[:]=s,c;%s')


def exec_zygote(loop, nursery, on_reply, on_death, payload):
    """A zygote in a fresh interpreter: sees packages and libraries installed since this process started."""
    parts = [SOURCE[0], SOURCE[1] if same_python() else b'', payload.data, bundle_compiled(payload.crcs.items())]
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
            sizes = [len(part) for part in parts]
            loader = LOADER % (sizes[0], sizes[1], 'zygote(%r, %r, %r, %d, %d)' % (PAYLOAD_PATH, START_CWD, payload.sha, sizes[2], sizes[3]))
            return exec_program([sys.executable, '-c', loader], {})
        leave(start)
    disown(down_read)
    disown(up_write)
    nursery.others[pid] = lambda status: None
    link = ZygoteLink(loop, pid, up_read, down_write, on_reply, on_death)
    link.channel.outbox.extend(part for part in parts if part)
    link.channel.flush()
    link.sent.add(payload.sha)
    link.compiled.update(key for key in payload.crcs.items() if key in COMPILED)
    return link


def same_python():
    """Whether the interpreter's file is still the one this process runs, so that its code can be brought along."""
    try:
        running, found = os.stat('/proc/self/exe'), os.stat(sys.executable)
    except OSError:
        return False
    return (running.st_ino, running.st_dev) == (found.st_ino, found.st_dev)


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


def zygote(payload_path, start_cwd, sha, size, compiled):
    """Entry of a zygote in an interpreter of its own."""
    prepare(payload_path, start_cwd)
    payload = Payload(sha, read_exactly(size))
    keep_compiled(read_exactly(compiled))
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
            'user': user, 'home': os.path.expanduser('~'), 'cpus': cpus, 'pid': os.getpid(), 'magic': magic_number()}


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
