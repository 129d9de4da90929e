# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Forks a child for each action that runs in Python, as ansible-playbook does, and carries its messages.

A frame is the length of its body and the number of its worker (four bytes each, little endian), then the body in JSON.
Number 0 is this server itself. A child reads and writes frames without the number on a socket of its own.
"""
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import sys

from madansible_plugins.channel import Disconnected, describe

HEAD = struct.Struct('<II')
LENGTH = struct.Struct('<I')
CHUNK = 1 << 16
# What a kind of job needs loaded before the first fork, so that children share it.
JOBS = {'action': 'action_worker'}


def make(host):
    def workers(_message):
        server = Server(host)
        try:
            server.serve()
        except Exception as error:
            if not isinstance(error, Disconnected):
                server.reply(0, json.dumps({'error': describe(error)}).encode())
            raise Disconnected()

    return {'workers': workers}


class Worker:
    def __init__(self, number, process, stream):
        self.number = number
        self.process = process
        self.stream = stream
        self.pending = bytearray()


class Server:
    def __init__(self, host):
        self.host = host
        self.stream = host.stream
        self.selector = selectors.DefaultSelector()
        self.workers = {}
        self.pending = bytearray()
        os.set_blocking(self.stream, True)
        self.selector.register(self.stream, selectors.EVENT_READ, None)

    def serve(self):
        """Until the controller goes."""
        # A signal for the whole terminal is the controller's to handle: it ends the children that it wants ended.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for module in JOBS.values():
            importlib.import_module('madansible_plugins.' + module).prepare()
        self.reply(0, b'{"ready":true}')
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.data is None:
                        self.from_controller()
                    else:
                        self.from_worker(key.data)
        finally:
            for worker in self.workers.values():
                kill(worker.process)

    def reply(self, number, body):
        view = memoryview(HEAD.pack(len(body), number) + body)
        try:
            while view:
                view = view[os.write(self.stream, view):]
        except OSError:
            raise Disconnected()

    def from_controller(self):
        try:
            data = os.read(self.stream, CHUNK)
        except ConnectionError:
            data = b''
        if not data:
            raise Disconnected()
        self.pending += data
        while len(self.pending) >= HEAD.size:
            length, number = HEAD.unpack_from(self.pending)
            end = HEAD.size + length
            if len(self.pending) < end:
                return
            body = bytes(self.pending[HEAD.size:end])
            del self.pending[:end]
            self.dispatch(number, body)

    def dispatch(self, number, body):
        if number != 0:
            worker = self.workers.get(number)
            if worker is not None:
                try:
                    worker.stream.sendall(LENGTH.pack(len(body)) + body)
                except OSError:  # it has ended: its last words are being read
                    pass
            return
        message = json.loads(body)
        if message['do'] == 'start':
            self.start(message)
        elif message['do'] == 'kill' and message['worker'] in self.workers:
            kill(self.workers[message['worker']].process)

    def start(self, message):
        number = message['worker']
        try:
            if message.get('news'):
                self.host.learn(message['news'])
            job = importlib.import_module('madansible_plugins.' + JOBS[message['job']])
            job.preload(message)
            sys.stdout.flush()
            ours, theirs = socket.socketpair()
            process = os.fork()
        except Exception as error:
            self.reply(number, json.dumps({'error': describe(error)}).encode())
            self.reply(number, b'{"ended":0}')
            return
        if process == 0:
            self.become_worker(theirs, ours, job, message)
        theirs.close()
        self.workers[number] = Worker(number, process, ours)
        self.selector.register(ours, selectors.EVENT_READ, self.workers[number])

    def become_worker(self, stream, other_end, job, message):
        """In the child; does not return."""
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            self.selector.close()
            other_end.close()
            os.close(self.stream)
            for worker in self.workers.values():
                worker.stream.close()
            from madansible_plugins.worker_channel import WorkerChannel
            WorkerChannel(stream, self.host).run(job.run, message)
            sys.stdout.flush()
            sys.stderr.flush()
            status = 0
        finally:
            os._exit(status)

    def from_worker(self, worker):
        try:
            data = worker.stream.recv(CHUNK)
        except ConnectionError:
            data = b''
        if data:
            worker.pending += data
            self.forward(worker)
            return
        self.selector.unregister(worker.stream)
        worker.stream.close()
        del self.workers[worker.number]
        _, status = os.waitpid(worker.process, 0)
        self.reply(worker.number, json.dumps({'ended': status}).encode())

    def forward(self, worker):
        pending = worker.pending
        while len(pending) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(pending)[0]
            if len(pending) < end:
                return
            self.reply(worker.number, bytes(pending[LENGTH.size:end]))
            del pending[:end]


def kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass
