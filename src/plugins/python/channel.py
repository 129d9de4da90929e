# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""The synchronous channel: two FIFOs, length-prefixed JSON. While a request is answered, either side may ask back."""
import json
import os
import struct
import traceback


class Disconnected(Exception):
    """The controller has gone."""


class Channel:
    def __init__(self, directory, handlers):
        self.handlers = handlers
        self.wire = None
        self.requests = os.open(os.path.join(directory, 'requests'), os.O_RDWR)
        self.replies = os.open(os.path.join(directory, 'replies'), os.O_RDWR)

    def ask(self, question):
        """Asks the controller something in the middle of a request; serves what it asks meanwhile."""
        self._write({'question': {**question, 'key': self.wire.encode(question.get('key'))}})
        while True:
            message = self._read()
            if 'answer' in message:
                return self.wire.decode(message['answer'])
            if 'failure' in message:
                raise self._failure(message['failure'])
            self._serve(message)

    def _failure(self, text):
        from ansible.errors import AnsibleError
        return AnsibleError(text)

    def serve_forever(self):
        while True:
            self._serve(self._read())

    def _serve(self, message):
        try:
            result = self.handlers[message['op']](message)
            reply = {'result': self.wire.encode(result)}
        except Exception as error:  # every exception of a plugin is the controller's to report
            reply = {'error': describe(error)}
        self._write(reply)

    def _write(self, message):
        data = self.wire.dumps(message).encode('utf-8', 'surrogateescape')
        view = memoryview(struct.pack('<I', len(data)) + data)
        while view:
            view = view[os.write(self.replies, view):]

    def _read(self):
        (length,) = struct.unpack('<I', self._exactly(4))
        return json.loads(self._exactly(length).decode('utf-8', 'surrogatepass'))

    def _exactly(self, count):
        parts = []
        while count:
            part = os.read(self.requests, min(count, 1 << 20))
            if not part:
                raise Disconnected()
            parts.append(part)
            count -= len(part)
        return b''.join(parts)


def describe(error):
    """What the controller needs to raise the same exception."""
    from ansible.errors import AnsibleError
    from jinja2.exceptions import TemplateSyntaxError, UndefinedError
    kinds = [base.__name__ for base in type(error).__mro__]
    message = getattr(error, 'message', None) if isinstance(error, AnsibleError) else None
    return {
        'type': type(error).__name__,
        'module': type(error).__module__,
        'bases': kinds,
        'message': str(message if message is not None else error),
        'isUndefined': isinstance(error, UndefinedError) or 'AnsibleUndefinedVariable' in kinds,
        'isSyntax': isinstance(error, TemplateSyntaxError),
        'trace': ''.join(traceback.format_exception(type(error), error, error.__traceback__)),
    }
