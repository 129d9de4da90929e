# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""The task debugger: ansible-core's own prompt (Debugger of plugins/strategy/__init__.py, 2.14) over Ansible's objects.

Lines come one by one, because a person types them while everything else goes on. What was changed in `task` and
`task_vars` goes back when the task is to be done again.
"""
import copy
import io

from ansible.executor.task_result import TaskResult
from ansible.inventory.host import Host
from ansible.playbook.block import Block
from ansible.playbook.handler import Handler
from ansible.playbook.play import Play
from ansible.playbook.play_context import PlayContext
from ansible.playbook.role import Role
from ansible.playbook.task import Task
from ansible.plugins.strategy import Debugger, NextAction
from ansible.utils.sentinel import Sentinel

from madansible_plugins.lazy import MISSING, LazyVariables

DECISIONS = {NextAction.REDO: 'redo', NextAction.CONTINUE: 'continue', NextAction.EXIT: 'exit'}
UNSET = object()


def make(host):
    sessions = {}

    def start(message):
        session = Session(host, message)
        sessions[message['session']] = session
        return session.debugger.prompt

    def line(message):
        session = sessions[message['session']]
        session.task_vars.adopt(host.channel.wire.decode(message['variables']))
        decision, printed = session.enter(message['line'])
        if decision is None:
            return {'decision': None, 'printed': printed}
        del sessions[message['session']]
        task, variables = session.changes()
        return {'decision': decision, 'printed': printed, 'task': task, 'variables': variables}

    return {'debugStart': start, 'debugLine': line}


class Session:
    def __init__(self, host, message):
        decode = host.channel.wire.decode
        self.task_vars = EditedVariables(decode(message['variables']))
        self.task = make_task(host, message, decode)
        self.before = copy.deepcopy(keywords_of(self.task))
        target = Host(message['host'])
        result = TaskResult(target, self.task, decode(message['result']), decode(message['fields']))
        self.action = NextAction()
        context = PlayContext(self.task._parent._play)
        self.debugger = Debugger(self.task, target, self.task_vars, context, result, self.action)

    def enter(self, line):
        """What was decided, None to go on, and what the prompt printed by itself."""
        self.debugger.stdout = io.StringIO()
        if line is None:
            line = 'EOF'
        line = self.debugger.precmd(line)
        stop = self.debugger.postcmd(self.debugger.onecmd(line), line)
        decision = DECISIONS[self.action.result] if stop else None
        return decision, self.debugger.stdout.getvalue()

    def changes(self):
        after = keywords_of(self.task)
        task = {name: value for name, value in after.items() if repr(self.before[name]) != repr(value) and value is not Sentinel}
        return task, self.task_vars.changes()


def make_task(host, message, decode):
    """The task with the keywords that held for the result; `update_task` finds what its file has."""
    play = Play()
    play.name, play.hosts = message['play'], ''
    block = Block(play=play)
    role = None
    if message['role'] is not None:
        role = Role(play=play)
        role._role_name = message['role']
    task = (Handler if message['isHandler'] else Task)(block=block, role=role)
    source = decode(message['source'])
    if source is not None:
        task.load_data(source, loader=host.loader)
    task.from_attrs(decode(message['keywords']))
    task._uuid = message['uuid']
    return task


def keywords_of(task):
    """What may be changed."""
    return {name: getattr(task, name) for name in task.fattributes if name != 'loop_control'}


class EditedVariables(LazyVariables):
    """The variables of the task; those that were changed are known apart."""

    def __init__(self, source):
        super().__init__(source._ask, source._madansible_number)
        self._first = {}

    def _find(self, key):
        is_known = key in self._known
        found = super()._find(key)
        if not is_known and found is not MISSING:
            self._first[key] = repr(found) if is_plain(found) else None
        return found

    def adopt(self, source):
        """Goes on with the same variables under a new number; what stands for them is asked for again."""
        self._ask, self._madansible_number = source._ask, source._madansible_number
        self._names = None
        for key in [key for key, value in self._known.items() if not is_plain(value)]:
            del self._known[key]
            self._first.pop(key, None)

    def changes(self):
        return {key: value for key, value in self._known.items()
                if is_plain(value) and self._first.get(key, UNSET) != repr(value)}


def is_plain(value):
    if isinstance(value, dict):
        return not hasattr(value, '_madansible_number') and all(is_plain(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(is_plain(item) for item in value)
    return not hasattr(value, '_madansible_number')
