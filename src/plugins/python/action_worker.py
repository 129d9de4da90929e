# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""One call of an action plugin, in a process of its own. Mirrors the middle of TaskExecutor._execute (2.14): what
comes before (conditions, loops, templated keywords) and after (register, until, changed_when) is the controller's.
"""
import sys

from ansible.errors import AnsibleActionFail, AnsibleActionSkip, AnsibleConnectionFailure, AnsibleError

# Parts of a question that are no values of Ansible.
PLAIN = ('ask', 'variables')


def prepare():
    """Loads what every job needs."""
    import ansible.executor.task_executor  # noqa: F401
    import ansible.plugins.action  # noqa: F401
    from madansible_plugins import proxied_actions, remote_templar, task_objects  # noqa: F401


def preload(message):
    """Imports the plugin before the fork, as the strategies of ansible-core do; errors are the child's to meet."""
    from ansible.plugins.loader import action_loader
    try:
        action_loader.get(message['plugin'], class_only=True, collection_list=message['collections'])
    except Exception:  # the same error comes again, and then it is the task's
        pass


def run(host, message):
    encode = host.channel.wire.encode
    try:
        return {'result': encode(call(host, message))}
    except (AnsibleActionFail, AnsibleActionSkip) as error:
        return {'exit': encode(error.result)}
    except AnsibleConnectionFailure as error:
        return {'unreachable': str(error)}


def call(host, message):
    from ansible.executor.task_executor import TaskExecutor
    from ansible.inventory.host import Host
    from ansible.plugins import loader as plugin_loader
    from madansible_plugins import proxied_actions
    from madansible_plugins.remote_templar import RemoteTemplar
    from madansible_plugins.task_objects import make_play_context, make_task
    decode = host.channel.wire.decode

    def ask(**question):
        encode = host.channel.wire.encode
        return host.channel.ask({name: value if name in PLAIN else encode(value) for name, value in question.items()})
    task = make_task(message['task'], decode)
    variables = known(decode(message['variables']), message['names'])
    connection_variables = variables
    if message['connectionVariables'] is not None:
        connection_variables = known(decode(message['connectionVariables']), message['connectionNames'])
        variables['ansible_delegated_vars'] = {task.delegate_to: connection_variables}
    templar = RemoteTemplar(host.loader, connection_variables, ask)
    address = message['address']
    play_context = make_play_context(task._parent._play, task, variables, templar, address, decode(message['passwords']))
    executor = TaskExecutor(Host(message['host'], gen_uuid=False), task, variables, play_context, open('/dev/null'),
                            host.loader, plugin_loader, None)
    executor._connection = connection = executor._get_connection(connection_variables, templar, message['connection'])
    executor._set_connection_options(connection_variables, templar)
    templar.available_variables = variables
    connection._play_context = play_context.set_task_and_variable_override(task=task, variables=variables, templar=templar)
    if message['isHeld']:
        proxied_actions.hold(connection, ask)
        proxied_actions.install(ask)
    else:
        connection.update_vars(variables)
        start_persistent(executor)
        if 'ansible_network_os' in connection_variables and 'ansible_python_interpreter' not in connection_variables:
            variables['ansible_python_interpreter'] = sys.executable
    handler = executor._get_action_handler(connection, templar)
    try:
        result = handler.run(task_vars=variables)
    finally:
        handler.cleanup()
        if not message['isHeld']:
            connection.close()
    if not isinstance(result, dict):
        raise AnsibleError('The action plugin %s returned %s instead of a dictionary' % (message['plugin'], type(result)))
    return result


def known(variables, names):
    variables.restrict(names)
    return variables


def start_persistent(executor):
    """Network connections live in a process of their own, which later tasks find again."""
    from ansible import constants as C
    from ansible.executor.task_executor import start_connection
    connection, play_context = executor._connection, executor._play_context
    if connection.force_persistence or (connection.supports_persistence and C.USE_PERSISTENT_CONNECTIONS):
        play_context.timeout = connection.get_option('persistent_command_timeout')
        connection._socket_path = start_connection(play_context, connection.get_options(), executor._task._uuid)
