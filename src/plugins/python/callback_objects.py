# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Ansible's objects for events: task, play, host, result, statistics, as callbacks know them."""
import os

from ansible.executor.stats import AggregateStats
from ansible.executor.task_result import TaskResult
from ansible.inventory.host import Host
from ansible.parsing.yaml.objects import AnsibleMapping
from ansible.playbook.block import Block
from ansible.playbook.handler import Handler
from ansible.playbook.included_file import IncludedFile
from ansible.playbook.play import Play
from ansible.playbook.play_context import PlayContext
from ansible.playbook.role import Role
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude
from ansible.vars.clean import module_response_deepcopy


class StandInPlaybook:
    """What callbacks ask of a playbook."""

    def __init__(self, file_name, entries):
        self._file_name = file_name
        self._basedir = os.path.dirname(os.path.abspath(file_name))
        self._entries = entries

    def get_plays(self):
        return self._entries


class Objects:
    def __init__(self, host):
        self.loader = host.loader
        self.hosts = {}
        self.tasks = {}
        self.play = None

    def arguments(self, method, event):
        """The arguments of a callback method, made afresh for each plugin where plugins change them."""
        if method == 'v2_playbook_on_start':
            return (StandInPlaybook(event['file'], []),), {}
        if method == 'v2_playbook_on_play_start':
            return (self.play,), {}
        if method in ('v2_playbook_on_no_hosts_matched', 'v2_playbook_on_no_hosts_remaining'):
            return (), {}
        if method == 'v2_playbook_on_task_start':
            return (self.task(event['task']),), {'is_conditional': event['isConditional']}
        if method in ('v2_playbook_on_handler_task_start', 'v2_playbook_on_cleanup_task_start'):
            return (self.task(event['task']),), {}
        if method == 'v2_runner_on_start':
            return (self.host(event['host']), self.task(event['task'])), {}
        if method == 'v2_playbook_on_notify':
            return (self.task(event['task']), self.host(event['host'])), {}
        if method == 'v2_playbook_on_include':
            return (self.included_file(event),), {}
        if method == 'v2_playbook_on_vars_prompt':
            return (event['name'], event['private'], event['prompt'], event['encrypt'], event['confirm'], None, None,
                    event['default'], None), {}
        if method == 'v2_playbook_on_stats':
            return (statistics(event),), {}
        keywords = {'ignore_errors': event['ignoreErrors'] or None} if method == 'v2_runner_on_failed' else {}
        return (self.result(event),), keywords

    def host(self, name):
        if name not in self.hosts:
            self.hosts[name] = Host(name)
        return self.hosts[name]

    def play_context(self, event):
        """Also remembers the play that begins."""
        description = event['play']
        play = Play()
        play.name, play.hosts, play.strategy = description['name'], description['hosts'], description['strategy']
        play.check_mode, play.tags = description['checkMode'], description['tags']
        play._uuid = description['uuid']
        play._loader = self.loader
        play._ds = place(description['path'])
        self.play = play
        self.tasks = {}
        return PlayContext(play)

    def task(self, description):
        """One object for each task as long as its play runs, brought up to date."""
        task = self.tasks.get(description['uuid'])
        if task is None:
            task = self.make_task(description)
            self.tasks[description['uuid']] = task
        task.name = description['name']
        task.action, task.resolved_action = description['action'], description['resolvedAction']
        for name, value in fields_of(description).items():
            if name in task.fattributes and (value is not None or name in SETTLED):
                setattr(task, name, value)
        return task

    def make_task(self, description):
        role = None
        if description['role'] is not None:
            role = Role(play=self.play)
            collection, dot, name = description['role'].rpartition('.')
            role._role_name = name if dot and collection.count('.') == 1 else description['role']
            role._role_collection = collection if dot and collection.count('.') == 1 else None
        kind = Handler if description['isHandler'] else TaskInclude if description['isInclude'] else Task
        block = Block(play=self.play, role=role)
        task = kind(block=block, role=role)
        task._uuid = description['uuid']
        task._loader = self.loader
        task._ds = place(description['path'])
        task.implicit = description['isImplicit']
        return task

    def result(self, event):
        fields = dict(fields_of(event['task']), name=event['task']['name'], action=event['task']['action'])
        return TaskResult(self.host(event['host']), self.task(event['task']), module_response_deepcopy(event['result']), fields)

    def included_file(self, event):
        included = IncludedFile(event['file'], {}, event['vars'], self.task(event['task']))
        for name in event['hosts']:
            included.add_host(self.host(name))
        return included


SETTLED = ('delegate_to', 'loop', 'register')


def fields_of(description):
    return {
        'args': description['args'], 'tags': description['tags'], 'loop': description['loop'],
        'no_log': description['noLog'], 'check_mode': description['checkMode'], 'diff': description['diff'],
        'ignore_errors': description['ignoreErrors'] or None, 'ignore_unreachable': description['ignoreUnreachable'] or None,
        'delegate_to': description['delegateTo'], 'register': description['register'],
    }


def place(path):
    """A mapping that was read from a place written as file:line."""
    source = AnsibleMapping()
    if path:
        file, _, line = path.rpartition(':')
        source.ansible_pos = (file, int(line), 1)
    return source


def statistics(event):
    stats = AggregateStats()
    for name, summary in event['hosts'].items():
        stats.processed[name] = 1
        for field, count in summary.items():
            if count:
                getattr(stats, 'dark' if field == 'unreachable' else field)[name] = count
    stats.custom = event['custom']
    return stats
