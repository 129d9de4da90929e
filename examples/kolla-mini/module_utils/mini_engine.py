# Copyright the madansible authors
# SPDX-License-Identifier: Apache-2.0
"""The played container engine: its files, and the programs that listen for it."""
import json
import os
import signal
import socket
import subprocess
import time

STATE = '/var/lib/mini'
PROGRAM = '/usr/local/bin/mini-service'


class Engine(object):
    def containers(self):
        found = {}
        folder = os.path.join(STATE, 'containers')
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name)) as handle:
                found[name[:-len('.json')]] = json.load(handle)
        return found

    def start(self, name, wanted):
        self._end(name)
        if wanted['listen']:
            with open(os.devnull, 'r+') as null:
                process = subprocess.Popen([PROGRAM, name, wanted['listen']], stdin=null, stdout=null, stderr=null,
                                           close_fds=True, preexec_fn=os.setsid)
            self._write('pids', name, process.pid)
            self._wait(wanted['listen'])
        self._write('containers', name, dict(wanted=wanted, running=True))

    def stop(self, name, remove):
        self._end(name)
        path = self._path('containers', name)
        if remove:
            os.unlink(path)
        else:
            with open(path) as handle:
                wanted = json.load(handle)['wanted']
            self._write('containers', name, dict(wanted=wanted, running=False))

    def run_once(self, name, wanted, dry):
        """A bootstrap: it does its work the first time."""
        changed = self.record('bootstrap', dict(name=name, command=wanted['command']), dry)
        return dict(changed=changed, rc=0, stdout='%s: %s' % (name, 'bootstrapped' if changed else 'nothing to do'))

    def record(self, kind, record, dry):
        name = '_'.join(str(record[key]) for key in sorted(record)).replace('/', '-')
        if os.path.exists(self._path(kind, name)):
            return False
        if not dry:
            self._write(kind, name, record)
        return True

    def _path(self, kind, name):
        return os.path.join(STATE, kind, name + '.json')

    def _write(self, kind, name, data):
        folder = os.path.join(STATE, kind)
        if not os.path.isdir(folder):
            os.makedirs(folder)
        with open(self._path(kind, name), 'w') as handle:
            json.dump(data, handle, sort_keys=True)

    def _end(self, name):
        path = self._path('pids', name)
        if os.path.exists(path):
            with open(path) as handle:
                pid = json.load(handle)
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
            os.unlink(path)

    def _wait(self, listen):
        host, port = listen.rsplit(':', 1)
        for _ in range(200):
            try:
                socket.create_connection((host, int(port)), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError('nothing listens at %s' % listen)
