# Loads playbooks with ansible-core's own classes and prints what they hold, as JSON lines.
# Each request (one JSON object a line on stdin) runs in a process of its own: ansible-core keeps global state.
import json
import os
import subprocess
import sys

from ansible import context
from ansible.module_utils.common.collections import ImmutableDict

OPTIONS = dict(
    tags=['all'], skip_tags=[], connection='ssh', remote_user=None, become=False, become_method='sudo',
    become_user=None, check=False, diff=False, force_handlers=False, verbosity=0, forks=5, subset=None,
    inventory=[], extra_vars=[], listhosts=False, listtasks=False, listtags=False, syntax=False,
)

def plain(value):
    from collections.abc import Mapping
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)

def inherited(obj, names):
    return {name: plain(getattr(obj, name)) for name in names}

NAMES = ['when', 'environment', 'module_defaults', 'no_log', 'run_once', 'ignore_errors', 'become', 'become_user',
         'become_method', 'check_mode', 'any_errors_fatal', 'delegate_to', 'delegate_facts', 'connection', 'throttle',
         'timeout', 'collections', 'remote_user', 'port', 'ignore_unreachable', 'debugger', 'notify']

def dump_task(task):
    data = inherited(task, NAMES + ['changed_when', 'failed_when', 'until', 'retries', 'delay', 'register', 'loop',
                                    'loop_with', 'args', 'async_val', 'poll'])
    data.update(
        kind=type(task).__name__, action=task.action, resolved=task.resolved_action, name=task.name,
        title=task.get_name(), tags=sorted(str(t) for t in set(task.tags)), vars=plain(task.get_vars()),
        include_params=plain(task.get_include_params()), path=task.get_path(), search=task.get_search_path(),
        chain=[r.get_name() for r in task.get_dep_chain() or []], implicit=task.implicit,
        role=task._role.get_name() if task._role else None, static=task.all_parents_static(),
        loop_control=inherited(task.loop_control, ['loop_var', 'index_var', 'label', 'pause', 'extended'])
    )
    if hasattr(task, 'listen'):
        data['listen'] = plain(task.listen)
    return data

def dump_block(block):
    from ansible.playbook.block import Block

    def section(items):
        return [dump_block(i) if isinstance(i, Block) else dump_task(i) for i in items]
    return dict(kind='Block', block=section(block.block), rescue=section(block.rescue), always=section(block.always),
                role=block._role.get_name() if block._role else None, name=block.name,
                **{n: plain(getattr(block, n)) for n in ('when', 'become', 'delegate_to')},
                tags=sorted(str(t) for t in set(block.tags)))

def flat(block):
    from ansible.playbook.block import Block
    for item in block.block + block.rescue + block.always:
        if isinstance(item, Block):
            yield from flat(item)
        else:
            yield item

def dump_play(play, request, manager, inventory):
    from ansible.template import Templar
    data = dict(title=play.get_name(), hosts=plain(play.hosts), tags=sorted(str(t) for t in set(play.tags)),
                included_path=play._included_path, included_conditional=plain(play._included_conditional))
    if request.get('final'):
        play.post_validate(Templar(loader=manager._loader, variables=manager.get_vars(play=play)))
        data.update(inherited(play, ['name', 'hosts', 'gather_facts', 'serial', 'strategy', 'max_fail_percentage',
                                     'order', 'force_handlers', 'gather_subset', 'gather_timeout']))
    blocks = play.compile()
    all_vars = manager.get_vars(play=play)
    filtered = [block.filter_tagged_tasks(all_vars) for block in blocks]
    data.update(
        blocks=[dump_block(b) for b in filtered if b.has_tasks()],
        handlers=[dump_block(b) for b in play.compile_roles_handlers() + play.handlers],
        action_groups=plain(play._action_groups), group_actions={g: sorted(set(a)) for g, a in play._group_actions.items()},
        roles=[dict(name=r.get_name(), path=r._role_path, defaults=plain(r.get_default_vars()),
                    vars=plain(r.get_vars()), params=plain(r.get_role_params()),
                    deps=[d.get_name() for d in r.get_all_dependencies()]) for r in play.roles],
    )
    if request.get('expand'):
        data['expanded'] = expand(play, filtered, manager, inventory.get_hosts(request['expand'])[0], 3)
    if request.get('validate'):
        host = inventory.get_hosts(request['validate'])[0]
        data['validated'] = [validate(t, play, host, manager) for b in filtered for t in flat(b)]
    if request.get('vars'):
        data['vars'] = []
        for block in filtered:
            for task in flat(block):
                for host in inventory.get_hosts(request['vars']):
                    variables = manager.get_vars(play=play, host=host, task=task)
                    data['vars'].append(dict(task=task.get_name(), host=host.name, vars=variables_of(variables)))
    return data

def validate(task, play, host, manager):
    from ansible.template import Templar
    task = task.copy()
    omit = manager._omit_token
    variables = manager.get_vars(play=play, host=host, task=task)
    try:
        task.post_validate(Templar(loader=manager._loader, variables=variables))
    except Exception as error:
        return dict(task=task.get_name(), error=str(error) or repr(error))
    names = NAMES + ['changed_when', 'failed_when', 'until', 'retries', 'delay', 'register', 'loop', 'args', 'async_val',
                     'poll', 'tags', 'name', 'vars']
    task.tags = sorted(str(tag) for tag in task.tags)
    values = json.dumps({name: plain(getattr(task, name)) for name in names if name != 'environment'})
    environment = plain(task.environment)
    return dict(task=task.get_name(), values=json.loads(values.replace(omit, 'OMIT')),
                environment=environment[0] if environment else {})


class Stand:
    def __init__(self, **values):
        self.__dict__.update(values)

def refused(name, result):
    if name == 'v2_runner_on_failed':
        raise RuntimeError(str(result._result))

def expand(play, blocks, manager, host, depth):
    from ansible.playbook.included_file import IncludedFile
    from ansible.plugins.strategy import StrategyBase
    from ansible.playbook.handler import Handler
    from ansible.template import Templar
    expanded = []
    iterator = Stand(_play=play)
    for task in [t for b in blocks for t in flat(b)]:
        if task.action.split('.')[-1] not in ('include', 'include_tasks', 'include_role') or depth == 0:
            continue
        args = task.args.copy()
        result = dict(include_args=args)
        if not task.action.endswith('include_role'):
            templar = Templar(loader=manager._loader, variables=manager.get_vars(play=play, host=host, task=task))
            result['include'] = templar.template(args.pop('_raw_params'))
        results = [Stand(_host=host, _task=task, _result=dict(results=[dict(result, item=1, ansible_loop_var='item')])
                         if task.loop else result)]
        for included in IncludedFile.process_include_results(results, iterator, manager._loader, manager):
            strategy = Stand(_loader=manager._loader, _variable_manager=manager,
                             _tqm=Stand(_stats=Stand(increment=lambda *a: None), _failed_hosts={}, send_callback=refused))
            strategy._copy_included_file = lambda i: StrategyBase._copy_included_file(strategy, i)
            if included._is_role:
                blocks, handlers = strategy._copy_included_file(included).get_block_list(
                    play=play, variable_manager=manager, loader=manager._loader)
            else:
                blocks = StrategyBase._load_included_file(strategy, included, iterator, isinstance(task, Handler))
                handlers = []
            expanded.append(dict(file=included._filename, blocks=[dump_block(b) for b in blocks],
                                 handlers=[dump_block(b) for b in handlers],
                                 nested=expand(play, blocks, manager, host, depth - 1)))
    return expanded

HIDDEN = {'hostvars', 'vars', 'omit', 'role_uuid', 'ansible_playbook_python', 'ansible_version', 'ansible_config_file',
          'ansible_role_names', 'ansible_dependent_role_names', 'environment', '_ansible_loop_cache'}

def variables_of(variables):
    data = {}
    for key, value in variables.items():
        if key not in HIDDEN:
            data[key] = plain({k: variables_of(v) for k, v in value.items()} if key == 'ansible_delegated_vars' else value)
    data['vars_names'] = sorted(k for k in variables.get('vars', {}))
    data['role_names_sorted'] = sorted(variables.get('ansible_role_names', []))
    return data

def run(request):
    from ansible.utils.display import Display
    warnings = []
    display = Display()
    display.warning = lambda msg, formatted=False: warnings.append(msg)
    display.deprecated = lambda msg, *args, **kwargs: warnings.append('deprecated: ' + msg)
    display.display = lambda msg, *args, **kwargs: warnings.append('display: ' + msg)
    from ansible.errors import AnsibleError
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook import Playbook
    from ansible.plugins.loader import add_all_plugin_dirs
    from ansible.utils.collection_loader import AnsibleCollectionConfig
    from ansible.utils.collection_loader._collection_finder import (
        _get_collection_name_from_path, _get_collection_playbook_path)
    from ansible.vars.hostvars import HostVars
    from ansible.vars.manager import VariableManager
    loader = DataLoader()
    try:
        playbook = request['playbook']
        resource = _get_collection_playbook_path(playbook)
        collection = resource[2] if resource else _get_collection_name_from_path(playbook)
        if not collection:
            folder = os.path.dirname(os.path.abspath(playbook))
            add_all_plugin_dirs(folder)
            AnsibleCollectionConfig.playbook_paths = [folder]
        AnsibleCollectionConfig.default_collection = collection or None
        inventory = InventoryManager(loader=loader, sources=[s if ',' in s else os.path.abspath(s) for s in request.get('inventory', ['localhost,'])])
        manager = VariableManager(loader=loader, inventory=inventory, version_info={})
        HostVars(inventory=inventory, variable_manager=manager, loader=loader)
        for host, facts in request.get('facts', {}).items():
            manager.set_host_facts(host, facts)
        for host, facts in request.get('registered', {}).items():
            manager.set_nonpersistent_facts(host, facts)
        for host, facts in request.get('included', {}).items():
            for name, value in facts.items():
                manager.set_host_variable(host, name, value)
        book = Playbook.load(resource[1] if resource else playbook, variable_manager=manager, loader=loader)
        plays = []
        for play in book.get_plays():
            loader.set_basedir(play._included_path if play._included_path is not None else book._basedir)
            plays.append(dump_play(play, request, manager, inventory))
        return dict(plays=plays, warnings=warnings)
    except AnsibleError as error:
        return dict(error=type(error).__name__, message=str(error), warnings=warnings)
    except Exception as error:

        return dict(error='crash', message=repr(error), warnings=warnings)

def answer(request):
    os.chdir(request['cwd'])
    context.CLIARGS = ImmutableDict(dict(OPTIONS, **request.get('options', {})))
    return json.dumps(run(request), default=str)

def fresh(request):
    """Settings are read when ansible is imported: other ones need another interpreter."""
    done = subprocess.run([sys.executable, __file__, 'one'], input=json.dumps(request), stdout=subprocess.PIPE,
                          env=dict(os.environ, **request['env']), cwd=request['cwd'], text=True, check=True)
    return done.stdout

def forked(request):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        with os.fdopen(write, 'w') as out:
            out.write(answer(request))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return text

def main():
    if sys.argv[1:] == ['one']:
        sys.stdout.write(answer(json.load(sys.stdin)))
        return
    import ansible.playbook  # noqa: F401  (imported once, before the forks)
    import ansible.vars.manager  # noqa: F401
    import ansible.inventory.manager  # noqa: F401
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write((fresh(request) if 'env' in request else forked(request)) + '\n')
        sys.stdout.flush()

main()
