# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""What action plugins do on a host, done by the controller: it holds the connection and runs the modules.

Only the lowest layer of ActionBase is replaced, and only for connections that the controller holds; a plugin that
opens a connection of its own (ansible.posix.synchronize does) uses it as ever. Mirrors plugins/action/__init__.py (2.14).
"""
from ansible.errors import AnsibleError
from ansible.module_utils._text import to_bytes, to_text
from ansible.module_utils.common.text.converters import jsonify
from ansible.module_utils.six import string_types
from ansible.plugins.action import ActionBase


class Held:
    """The methods of a connection that the controller has open already, or opens when it is used."""

    def __init__(self, connection, ask):
        self._connection = connection
        self._ask = ask

    def _connect(self):
        self._connection._connected = True
        return self._connection

    def exec_command(self, cmd, in_data=None, sudoable=True):
        rc, stdout, stderr = self._ask(
            ask='command', command=to_text(cmd, errors='surrogateescape'), become=False, executable=None,
            stdin=None if in_data is None else to_bytes(in_data))
        return rc, stdout, stderr

    def put_file(self, in_path, out_path):
        self._ask(ask='putFile', become=False, source=to_text(in_path), path=to_text(out_path))

    def fetch_file(self, in_path, out_path):
        self._ask(ask='fetchFile', become=False, path=to_text(in_path), target=to_text(out_path))

    def reset(self):
        self._ask(ask='reset')

    def close(self):
        self._connection._connected = False


def hold(connection, ask):
    """Makes a connection that was not opened here the controller's."""
    held = Held(connection, ask)
    for name in ('_connect', 'exec_command', 'put_file', 'fetch_file', 'reset', 'close'):
        setattr(connection, name, getattr(held, name))
    connection._connected = True
    connection._is_madansible_held = True


def install(ask):
    """Puts the methods below in place of those of ActionBase, in this process."""
    for name, function in REPLACED.items():
        setattr(ActionBase, name, replacement(function, getattr(ActionBase, name), ask))


def replacement(function, plain, ask):
    def method(self, *args, **kwargs):
        if getattr(self._connection, '_is_madansible_held', False):
            return function(self, ask, *args, **kwargs)
        return plain(self, *args, **kwargs)
    method.__name__ = plain.__name__
    method.__doc__ = plain.__doc__
    return method


def becomes(action, sudoable=True):
    return bool(sudoable and action._connection.become)


def make_tmp_path(self, ask, remote_user=None):
    self._connection._shell.tmpdir = ask(ask='makeDirectory', become=becomes(self))
    return self._connection._shell.tmpdir


def remove_tmp_path(self, ask, tmp_path, force=False):
    if tmp_path is None and self._connection._shell.tmpdir:
        tmp_path = self._connection._shell.tmpdir
    if force or self._should_remove_tmp_path(tmp_path):
        ask(ask='discard', become=becomes(self), path=tmp_path)
        self._connection._shell.tmpdir = None


def transfer_file(self, ask, local_path, remote_path):
    ask(ask='putFile', become=becomes(self), source=to_text(local_path), path=to_text(remote_path))
    return remote_path


def transfer_data(self, ask, remote_path, data):
    if isinstance(data, dict):
        data = jsonify(data)
    ask(ask='putData', become=becomes(self), data=to_bytes(data, errors='surrogate_or_strict'), path=to_text(remote_path))
    return remote_path


def fixup_perms2(self, ask, remote_paths, remote_user=None, execute=True):
    """Files belong to the user who runs the modules already."""
    if execute:
        answer = self._remote_chmod(remote_paths, 'u+x', sudoable=True)
        if answer['rc'] != 0:
            raise AnsibleError('Failed to set execute bit on remote files (rc: {0}, err: {1})'.format(
                answer['rc'], to_text(answer['stderr'])))
    return remote_paths


def expand_user(self, ask, path, sudoable=True, pathsep=None):
    if not path.startswith('~'):
        return path
    return ask(ask='expandUser', become=becomes(self, sudoable), path=path)


def low_level_execute_command(self, ask, cmd, sudoable=True, in_data=None, executable=None,
                              encoding_errors='surrogate_then_replace', chdir=None):
    if chdir:
        cmd = self._connection._shell.append_command('cd %s' % chdir, cmd)
    if executable:
        self._connection._shell.executable = executable
    rc, out, err = ask(ask='command', command=to_text(cmd, errors='surrogateescape'), become=becomes(self, sudoable),
                       executable=executable, stdin=None if in_data is None else to_bytes(in_data))
    out, err = to_text(out, errors=encoding_errors), to_text(err, errors=encoding_errors)
    return dict(rc=rc, stdout=out, stdout_lines=out.splitlines(), stderr=err, stderr_lines=err.splitlines())


def execute_module(self, ask, module_name=None, module_args=None, tmp=None, task_vars=None, persist_files=False,
                   delete_remote_tmp=None, wrap_async=False):
    task = self._task
    if task.check_mode and not self._supports_check_mode:
        raise AnsibleError('check mode is not supported for this operation')
    variables = {} if task_vars is None else task_vars
    interpreter = variables.get('ansible_python_interpreter')
    return ask(ask='module', become=becomes(self), name=task.action if module_name is None else module_name,
               arguments=dict(task.args if module_args is None else module_args), wrapAsync=bool(wrap_async),
               checkMode=bool(task.check_mode), diff=bool(task.diff), noLog=bool(task.no_log),
               environment=environment_of(self), asyncSeconds=task.async_val or 0,
               interpreter=self._templar.template(interpreter) if isinstance(interpreter, string_types) else None)


def environment_of(action):
    """ActionBase._compute_environment_string without the last step."""
    given = action._task.environment
    merged = {}
    if given is None:
        return merged
    for environment in given if isinstance(given, list) else [given]:
        if not environment:
            continue
        values = action._templar.template(environment)
        if not isinstance(values, dict):
            raise AnsibleError('environment must be a dictionary, received %s (%s)' % (values, type(values)))
        merged.update(values)
    return {to_text(name): to_text(value, nonstring='simplerepr') for name, value in action._templar.template(merged).items()}


REPLACED = {
    '_make_tmp_path': make_tmp_path,
    '_remove_tmp_path': remove_tmp_path,
    '_transfer_file': transfer_file,
    '_transfer_data': transfer_data,
    '_fixup_perms2': fixup_perms2,
    '_remote_expand_user': expand_user,
    '_low_level_execute_command': low_level_execute_command,
    '_execute_module': execute_module,
}
