"""Uses what action plugins use of ActionBase, and ends in every way they end."""
import os

from ansible.errors import AnsibleActionFail, AnsibleActionSkip, AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    TRANSFERS_FILES = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        end = self._task.args.get('end')
        if end == 'fail':
            raise AnsibleActionFail('refused')
        if end == 'skip':
            raise AnsibleActionSkip('nothing to do')
        if end == 'error':
            raise AnsibleError('cannot be')
        if end == 'bug':
            raise ValueError('a bug')
        if end == 'gone':
            raise AnsibleConnectionFailure('line is dead')
        shell = self._connection._shell
        path = shell.join_path(shell.tmpdir, 'data')
        self._transfer_data(path, {'a': 1})
        copied = self._transfer_file(self._find_needle('files', 'needle.txt'), shell.join_path(shell.tmpdir, 'copied'))
        result.update(
            command=self._low_level_execute_command('echo out; echo err >&2; exit 3', chdir='/'),
            input=self._low_level_execute_command('cat', in_data=b'given')['stdout'],
            raw=[str(part) for part in self._connection.exec_command('echo raw')],
            temporary='-tmp-' in shell.tmpdir,
            stat=self._execute_remote_stat(path, task_vars, False)['size'],
            copied=self._execute_module('ansible.builtin.slurp', {'src': copied}, task_vars=task_vars)['content'],
            environment=self._execute_module(
                'command', {'_raw_params': 'echo $WORD', '_uses_shell': True}, task_vars=task_vars)['stdout'],
            check=self._execute_module('command', {'_raw_params': 'echo x'}, task_vars=task_vars).get('msg', ''),
            home=os.path.isabs(self._remote_expand_user('~/x')),
            template=self._templar.template('{{ inventory_hostname }} {{ lazy }} {{ hostvars["two"].inventory_hostname }}'),
            variables=[task_vars['lazy'], 'nowhere' in task_vars, task_vars.get('nowhere', 'none')],
            task=[self._task.get_name(), self._task.action, str(self._task._role and self._task._role.get_name())],
            connection=[self._connection.transport, bool(self._connection.become), self._play_context.remote_addr],
            delegate=self._task.delegate_to,
        )
        return result
