# Compiles the Python files of payloads on the controller, as .pyc files are made, for hosts with the same kind of
# interpreter. Reads requests from stdin (a line of JSON, then `size` bytes) and answers each on stdout the same way.
# A file that this Python cannot compile is left out: the host then tries itself.
import importlib.util
import io
import json
import marshal
import os
import sys
import zipfile
import zlib

KNOWN = {}


def compiled(name, text):
    """Compressed code of a text, None when it does not compile."""
    key = (name, text)
    if key not in KNOWN:
        try:
            KNOWN[key] = zlib.compress(marshal.dumps(compile(text, name, 'exec', 0, True)), 6)
        except (SyntaxError, ValueError):
            KNOWN[key] = None
    return KNOWN[key]


def files_of(request, data):
    if request['kind'] == 'text':
        return [(request['name'], data)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist() if name.endswith('.py')]


def answer(request, data):
    listing, parts = [], []
    for name, text in files_of(request, data):
        code = compiled(name, text)
        if code is not None:
            listing.append([name, zlib.crc32(text), len(text), len(code)])
            parts.append(code)
    header = {'id': request['id'], 'magic': importlib.util.MAGIC_NUMBER.hex(), 'files': listing, 'size': sum(map(len, parts))}
    return json.dumps(header).encode('ascii') + b'\n' + b''.join(parts)


def main():
    os.nice(10)
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        request = json.loads(line)
        sys.stdout.buffer.write(answer(request, sys.stdin.buffer.read(request['size'])))
        sys.stdout.buffer.flush()


main()
