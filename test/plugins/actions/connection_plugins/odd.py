"""A connection that no agent knows: this machine, with a word in the environment."""
DOCUMENTATION = '''
    name: odd
    short_description: this machine with a word
    description: Commands see the word as ODD.
    options:
      word:
        description: the word
        default: none
        vars: [{name: ansible_odd_word}]
'''
import os
import shutil
import subprocess

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase


class Connection(ConnectionBase):
    transport = 'odd'
    has_pipelining = True

    def _connect(self):
        self._connected = True
        return self

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        if self.get_option('word') == 'broken':
            raise AnsibleConnectionFailure('the word is broken')
        done = subprocess.run(cmd, shell=True, input=in_data, capture_output=True, env=dict(os.environ, ODD=self.get_option('word')))
        return done.returncode, done.stdout, done.stderr

    def put_file(self, in_path, out_path):
        shutil.copyfile(in_path, out_path)

    def fetch_file(self, in_path, out_path):
        shutil.copyfile(in_path, out_path)

    def close(self):
        self._connected = False
