# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Ansible's own objects for one call of an action: the task, its play and role, the play context."""
from ansible.parsing.yaml.objects import AnsibleMapping
from ansible.playbook.block import Block
from ansible.playbook.play import Play
from ansible.playbook.play_context import PlayContext
from ansible.playbook.role import Role
from ansible.playbook.task import Task


def make_task(description, decode):
    """A task whose keywords are settled; it inherits nothing."""
    task = Task()
    play = make_play(description['play'])
    task._parent = Block(play=play)
    chain = description['roles']
    if chain is not None:
        roles = [make_role(role, play) for role in chain]
        task._role = roles[-1] if roles else None
        task._parent._role = task._role
        task._parent._dep_chain = roles[:-1]
        task._parent.get_dep_chain = lambda: roles
        task.get_dep_chain = lambda: roles
    for name, value in decode(description['fields']).items():
        if name in task.fattributes:
            setattr(task, name, value)
    task._uuid = description['uuid']
    task.resolved_action = description['resolvedAction']
    task.implicit = description['implicit']
    task._ds = AnsibleMapping()
    if description['position'] is not None:
        task._ds.ansible_pos = tuple(description['position'])
    task._ds.update(name=task.name)
    return task


def make_play(description):
    play = Play()
    play.name = description['name']
    play.hosts = description['hosts']
    play._uuid = description['uuid']
    play._action_groups = {}
    play._group_actions = {}
    if description['position'] is not None:
        play._ds = AnsibleMapping()
        play._ds.ansible_pos = tuple(description['position'])
    return play


def make_role(description, play):
    role = Role(play=play)
    role._role_name = description['name']
    role._role_path = description['path']
    role._role_collection = description['collection']
    return role


def make_play_context(play, task, variables, templar, address, passwords):
    """As TaskExecutor._execute settles it."""
    play_context = PlayContext(play, passwords)
    play_context = play_context.set_task_and_variable_override(task=task, variables=variables, templar=templar)
    play_context.post_validate(templar=templar)
    if not play_context.remote_addr:
        play_context.remote_addr = address
    return play_context
