# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""The channel of one forked worker: it asks the controller for what its job needs, and gives the result at the end."""
import json
import socket
import struct
import threading

from madansible_plugins import messages
from madansible_plugins.channel import describe, failure_of

LENGTH = struct.Struct('<I')


class WorkerChannel:
    def __init__(self, stream, host):
        self._stream = stream
        self._lock = threading.RLock()
        self.wire = None
        host.adopt(self)
        messages.local.tell = self.note
        self._host = host

    def run(self, job, message):
        """job(host, message) gives the outcome, a dict of encoded parts."""
        try:
            outcome = job(self._host, message)
        except BaseException as error:  # every exception of a plugin is the controller's to report
            outcome = {'error': describe(error)}
        self._write(outcome)
        self._stream.shutdown(socket.SHUT_WR)

    def ask(self, question):
        """Asks the controller and waits; threads take turns."""
        with self._lock:
            self._write({'question': question})
            message = self._read()
        if 'answer' in message:
            return self.wire.decode(message['answer'])
        raise failure_of(message['failure'])

    def note(self, note):
        with self._lock:
            self._write({'note': note})

    def _write(self, message):
        data = json.dumps(message, separators=(',', ':')).encode('ascii')
        self._stream.sendall(LENGTH.pack(len(data)) + data)

    def _read(self):
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        return json.loads(self._exactly(length))

    def _exactly(self, count):
        parts = []
        while count:
            part = self._stream.recv(min(count, 1 << 20))
            if not part:
                # Nobody is left who could use a result.
                raise SystemExit(1)
            parts.append(part)
            count -= len(part)
        return b''.join(parts)
