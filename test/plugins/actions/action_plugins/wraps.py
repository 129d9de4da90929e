"""Hands its work to another action, as many plugins do."""
import os
import tempfile

from ansible import constants
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        task = self._task.copy()
        text = self._templar.template(task.args.pop('text'))
        folder = tempfile.mkdtemp(dir=constants.DEFAULT_LOCAL_TMP)
        source = os.path.join(folder, 'source')
        with open(source, 'w') as file:
            file.write(text)
        task.args['src'] = source
        action = self._shared_loader_obj.action_loader.get(
            'ansible.legacy.copy', task=task, connection=self._connection, play_context=self._play_context,
            loader=self._loader, templar=self._templar, shared_loader_obj=self._shared_loader_obj)
        result.update(action.run(task_vars=task_vars))
        return {key: result[key] for key in ('changed', 'mode', 'checksum') if key in result}
