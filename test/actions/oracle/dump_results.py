"""Writes every task result of an ansible-playbook run as one JSON line, for comparison."""
import json
import os

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
name: dump_results
type: stdout
short_description: results as JSON lines
description: results as JSON lines
'''


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'dump_results'

    def _dump(self, kind, result):
        line = {'kind': kind, 'task': result._task.get_name().strip(), 'host': result._host.get_name(), 'result': result._result}
        with open(os.environ['DUMP_RESULTS'], 'a') as file:
            file.write(json.dumps(line, cls=AnsibleJSONEncoder) + '\n')

    def v2_runner_on_ok(self, result):
        self._dump('ok', result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._dump('failed', result)

    def v2_runner_on_skipped(self, result):
        self._dump('skipped', result)

    def v2_runner_on_unreachable(self, result):
        self._dump('unreachable', result)
