# First part of the agent. The parts of this directory are joined in the order of agent-source.ts and run as one
# program on the host, in Python 2.7 or 3.5 and later, from memory: nothing is installed. This part guarantees: frames
# are read and written without ever blocking, and one poll loop serves every file descriptor and timer.
import collections
import errno
import fcntl
import json
import os
import select
import signal
import struct
import sys
import time

PY3 = sys.version_info[0] >= 3
PATH_TYPE = str
CHUNK = 131072
START_CWD = None
START_UMASK = os.umask(0o22)
os.umask(START_UMASK)
OPEN_FDS = set()


def monotonic():
    """Seconds that never go back where the interpreter can tell."""
    return time.monotonic() if PY3 else time.time()


def retry(call, *args):
    """Calls again what a signal interrupted (Python does so itself since 3.5)."""
    while True:
        try:
            return call(*args)
        except (OSError, IOError, select.error) as e:
            if e.args[0] != errno.EINTR:
                raise


def to_native(data):
    """Bytes of a path or message as the interpreter's own str, lossless."""
    if PY3 and isinstance(data, bytes):
        return data.decode('utf-8', 'surrogateescape')
    if not PY3 and not isinstance(data, str):
        return data.encode('utf-8')
    return data


def native(value):
    """Header values as native strings (Python 2 must not see unicode in environments and paths)."""
    if PY3:
        return value
    if isinstance(value, dict):
        return dict((to_native(k), native(v)) for k, v in value.items())
    if isinstance(value, list):
        return [native(v) for v in value]
    return to_native(value) if isinstance(value, type(u'')) else value


def own(fd):
    """Marks a descriptor as the agent's: closed in every child, inherited by no program."""
    flags = fcntl.fcntl(fd, fcntl.F_GETFD)
    fcntl.fcntl(fd, fcntl.F_SETFD, flags | fcntl.FD_CLOEXEC)
    OPEN_FDS.add(fd)
    return fd


def own_pipe():
    read_fd, write_fd = os.pipe()
    return own(read_fd), own(write_fd)


def disown(fd):
    OPEN_FDS.discard(fd)
    try:
        os.close(fd)
    except OSError:
        pass


def set_nonblocking(fd):
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)


class Loop(object):
    """poll() over descriptors with callbacks, timers, and SIGCHLD turned into a callback."""

    def __init__(self):
        self.readers = {}
        self.writers = {}
        self.timers = []
        self.on_child = None
        self.on_terminate = None
        self.poller = select.poll() if hasattr(select, 'poll') else None
        self.wake_read, self.wake_write = own_pipe()
        set_nonblocking(self.wake_read)
        set_nonblocking(self.wake_write)
        self.terminated = False
        self.readers[self.wake_read] = self._woken
        self._update(self.wake_read)
        # The C handler itself must write to the pipe: a signal that comes just before poll() would else be slept through.
        signal.set_wakeup_fd(self.wake_write)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGTERM, self._terminating)
        signal.signal(signal.SIGHUP, self._terminating)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)

    def _terminating(self, number, frame):
        self.terminated = True

    def _woken(self):
        try:
            os.read(self.wake_read, 4096)
        except OSError:
            pass
        if self.terminated and self.on_terminate:
            self.on_terminate()
        if self.on_child:
            self.on_child()

    def _update(self, fd):
        if self.poller is None:
            return
        mask = (select.POLLIN if fd in self.readers else 0) | (select.POLLOUT if fd in self.writers else 0)
        if mask:
            self.poller.register(fd, mask)
        else:
            try:
                self.poller.unregister(fd)
            except KeyError:
                pass

    def read(self, fd, callback):
        self.readers[fd] = callback
        self._update(fd)

    def write(self, fd, callback):
        self.writers[fd] = callback
        self._update(fd)

    def unread(self, fd):
        if self.readers.pop(fd, None):
            self._update(fd)

    def unwrite(self, fd):
        if self.writers.pop(fd, None):
            self._update(fd)

    def later(self, seconds, callback):
        timer = [monotonic() + seconds, callback]
        self.timers.append(timer)
        return timer

    def cancel(self, timer):
        if timer in self.timers:
            self.timers.remove(timer)

    def _wait(self):
        timeout = None
        if self.timers:
            timeout = max(0.0, min(t[0] for t in self.timers) - monotonic())
        if self.poller is None:
            ready = retry(select.select, list(self.readers), list(self.writers), [], timeout)
            return [(fd, True, False) for fd in ready[0]] + [(fd, False, True) for fd in ready[1]]
        events = retry(self.poller.poll, None if timeout is None else int(timeout * 1000) + 1)
        broken = select.POLLHUP | select.POLLERR | select.POLLNVAL
        return [(fd, m & (select.POLLIN | broken), m & (select.POLLOUT | broken)) for fd, m in events]

    def step(self):
        for fd, readable, writable in self._wait():
            if readable and fd in self.readers:
                self.readers[fd]()
            if writable and fd in self.writers:
                self.writers[fd]()
        if self.timers:
            now = monotonic()
            for timer in [t for t in self.timers if t[0] <= now]:
                if timer in self.timers:
                    self.timers.remove(timer)
                    timer[1]()


class Channel(object):
    """Frames over two descriptors: two lengths, a JSON header, a raw body."""

    def __init__(self, loop, read_fd, write_fd, on_frame, on_end):
        self.loop, self.read_fd, self.write_fd = loop, read_fd, write_fd
        self.on_frame, self.on_end = on_frame, on_end
        self.inbox = bytearray()
        self.outbox = collections.deque()
        self.is_open = True
        set_nonblocking(read_fd)
        set_nonblocking(write_fd)
        loop.read(read_fd, self._readable)

    def _readable(self):
        try:
            data = os.read(self.read_fd, CHUNK)
        except (OSError, IOError) as e:
            if e.errno in (errno.EAGAIN, errno.EINTR):
                return
            data = b''
        if not data:
            self.end()
            return
        self.inbox += data
        self._frames()

    def _frames(self):
        inbox, start = self.inbox, 0
        while len(inbox) - start >= 8:
            head, body = struct.unpack('>II', bytes(inbox[start:start + 8]))
            stop = start + 8 + head + body
            if len(inbox) < stop:
                break
            header = native(json.loads(bytes(inbox[start + 8:start + 8 + head]).decode('utf-8', 'surrogatepass' if PY3 else 'strict')))
            content = bytes(inbox[start + 8 + head:stop])
            start = stop
            self.on_frame(header, content)
            if not self.is_open:
                return
        if start:
            del inbox[:start]

    def send(self, header, body=b''):
        if not self.is_open:
            return
        text = json.dumps(header).encode('ascii')
        self.outbox.append(struct.pack('>II', len(text), len(body)) + text)
        if body:
            self.outbox.append(body)
        self.flush()

    def flush(self):
        outbox = self.outbox
        while outbox:
            try:
                written = os.write(self.write_fd, outbox[0])
            except (OSError, IOError) as e:
                if e.errno == errno.EINTR:
                    continue
                if e.errno == errno.EAGAIN:
                    self.loop.write(self.write_fd, self.flush)
                    return
                self.end()
                return
            if written == len(outbox[0]):
                outbox.popleft()
            else:
                outbox[0] = memoryview(outbox[0])[written:] if PY3 else outbox[0][written:]
        self.loop.unwrite(self.write_fd)

    def end(self):
        """Stops for good; tells its owner once."""
        if not self.is_open:
            return
        self.is_open = False
        self.outbox.clear()
        self.loop.unread(self.read_fd)
        self.loop.unwrite(self.write_fd)
        self.on_end()
