# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""The synchronous channel: a message is its length in four bytes and that many bytes of JSON.

One request at a time comes from the controller: {"op": …}. While it is answered, this side may ask back
({"question": …}), and the controller may nest further requests before it answers. Notes ({"note": …}) need no answer.
"""
import collections
import fcntl
import json
import os
import struct
import threading
import traceback

F_SETPIPE_SZ = 1031
PIPE_SIZE = 1 << 20


class Disconnected(Exception):
    """The controller has gone."""


class Channel:
    def __init__(self, requests, replies):
        self.requests = requests
        self.replies = replies
        self.wire = None
        self.thread = threading.get_ident()
        self._handle = None
        self._in_plugin = False
        self._late = collections.deque()
        for descriptor in (requests, replies):
            try:
                fcntl.fcntl(descriptor, F_SETPIPE_SZ, PIPE_SIZE)
            except OSError:  # only slower
                pass

    def serve_forever(self, handle):
        """handle(op, message): the result of a request, or an exception."""
        self._handle = handle
        while True:
            self._serve(self._read())

    def ask(self, question):
        """Asks the controller something in the middle of a request; serves what it asks meanwhile. Main thread only."""
        if threading.get_ident() != self.thread:
            raise RuntimeError('only the main thread may ask the controller this way')
        was_in_plugin, self._in_plugin = self._in_plugin, False
        try:
            self._write({'question': question})
            while True:
                message = self._read()
                if 'answer' in message:
                    return self.wire.decode(message['answer'])
                if 'failure' in message:
                    raise failure_of(message['failure'])
                self._serve(message)
        finally:
            self._in_plugin = was_in_plugin

    def note(self, note):
        """Tells the controller something; only in the middle of a request. Threads are heard with the next reply."""
        if threading.get_ident() != self.thread:
            self._late.append(note)
        else:
            was_in_plugin, self._in_plugin = self._in_plugin, False
            self._write({'note': note})
            self._in_plugin = was_in_plugin

    def interrupt(self, _number, _frame):
        """Ctrl-C ends a plugin that runs; between requests it is the controller's to handle."""
        if self._in_plugin and threading.get_ident() == self.thread:
            raise KeyboardInterrupt()

    def close(self):
        """For forked children: the controller must see the end of this process, not of theirs."""
        for descriptor in (self.requests, self.replies):
            try:
                os.close(descriptor)
            except OSError:
                pass

    def _serve(self, message):
        was_in_plugin, self._in_plugin = self._in_plugin, True
        try:
            for number in message.get('release', ()):
                self.wire.release(number)
            reply = {'result': self.wire.encode(self._handle(message['op'], message))}
        except (Exception, KeyboardInterrupt) as error:  # every exception of a plugin is the controller's to report
            reply = {'error': describe(error)}
        finally:
            self._in_plugin = False
        while self._late:
            self._write({'note': self._late.popleft()})
        self._write(reply)
        self._in_plugin = was_in_plugin

    def _write(self, message):
        data = json.dumps(message, separators=(',', ':')).encode('ascii')
        view = memoryview(struct.pack('<I', len(data)) + data)
        try:
            while view:
                view = view[os.write(self.replies, view):]
        except BrokenPipeError:
            raise Disconnected()

    def _read(self):
        (length,) = struct.unpack('<I', self._exactly(4))
        return json.loads(self._exactly(length))

    def _exactly(self, count):
        part = os.read(self.requests, count)
        if len(part) == count:
            return part
        parts = []
        while part:
            parts.append(part)
            count -= len(part)
            if not count:
                return b''.join(parts)
            part = os.read(self.requests, min(count, PIPE_SIZE))
        raise Disconnected()


def failure_of(failure):
    """The exception for something that failed on the controller; it goes back as the same failure."""
    from ansible import errors
    name, message = failure['type'], failure['message']
    if name == 'UndefinedError':
        from jinja2.exceptions import UndefinedError
        error = UndefinedError(message)
    else:
        kind = getattr(errors, name, errors.AnsibleError)
        error = (kind if issubclass(kind, errors.AnsibleError) else errors.AnsibleError)(message)
    error._madansible_failure = failure['number']
    return error


def describe(error):
    """What the controller needs to raise the same exception."""
    from jinja2.exceptions import TemplateSyntaxError
    message = getattr(error, 'message', None)
    return {
        'failure': getattr(error, '_madansible_failure', None),
        'type': type(error).__name__,
        'module': type(error).__module__,
        'bases': [base.__name__ for base in type(error).__mro__],
        'message': message if isinstance(message, str) and not isinstance(error, TemplateSyntaxError) else str(error),
        'trace': ''.join(traceback.format_exception(type(error), error, error.__traceback__)),
    }
