"""Answers of the installed ansible-core for the tests of templating: JSON lines in, JSON lines out.

In:  {"mode": "expr"|"text"|"cond", "template": str, "vars": {...}, "native": bool, "extensions": [str]}
Out: {"value": ...} with $int, $float, $set, $tuple and $repr for what JSON lacks, or {"error": message, "type": class name}
"""
import json
import math
import os
import resource
import signal
import sys

os.environ.setdefault('ANSIBLE_DEVEL_WARNING', 'False')

from ansible import constants as C  # noqa: E402
from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.playbook.conditional import Conditional  # noqa: E402
from ansible.template import Templar  # noqa: E402
from ansible.utils.display import Display  # noqa: E402
from ansible.utils.unsafe_proxy import AnsibleUnsafeText  # noqa: E402

for _name in ('warning', 'deprecated', 'display'):
    setattr(Display, _name, lambda *args, **kwargs: None)


def read(value):
    if isinstance(value, list):
        return [read(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {'__ansible_unsafe'}:
        return AnsibleUnsafeText(value['__ansible_unsafe'])
    return {key: read(each) for key, each in value.items()}


def write(value):
    if isinstance(value, int) and abs(value) >= 2 ** 53:
        return {'$int': str(value)}
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return {'$float': repr(float(value))}
        return {'$float': str(value)}
    if isinstance(value, tuple):
        return {'$tuple': [write(each) for each in value]}
    if isinstance(value, list):
        return [write(each) for each in value]
    if isinstance(value, set):
        return {'$set': sorted(repr(each) for each in value)}
    if isinstance(value, dict):
        return {'$dict': [[write(key), write(each)] for key, each in value.items()]}
    return {'$repr': type(value).__name__}


class Condition(Conditional):
    def __init__(self, loader, text):
        self._loader = loader
        self.when = [text]


def evaluate(case):
    C.DEFAULT_JINJA2_NATIVE = case.get('native', False)
    C.DEFAULT_JINJA2_EXTENSIONS = ','.join(case.get('extensions', []))
    loader = DataLoader()
    loader.set_basedir(case.get('basedir', '/nonexistent'))
    variables = read(case['vars'])
    templar = Templar(loader, variables=variables)
    if case['mode'] == 'cond':
        return bool(Condition(loader, case['template']).evaluate_conditional(templar, variables))
    if case['mode'] == 'text':
        return templar.do_template(case['template'], preserve_trailing_newlines=True, escape_backslashes=False)
    return templar.template(case['template'])


class TooLong(Exception):
    pass


def on_alarm(signum, frame):
    raise TooLong('too long')


def main():
    # What does not fit is a MemoryError at once, and harms nobody.
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    signal.signal(signal.SIGALRM, on_alarm)
    for line in sys.stdin:
        signal.alarm(20)
        try:
            answer = {'value': write(evaluate(json.loads(line)))}
        except Exception as error:
            answer = {'error': str(error), 'type': type(error).__name__}
        signal.alarm(0)
        print(json.dumps(answer), flush=True)


main()
