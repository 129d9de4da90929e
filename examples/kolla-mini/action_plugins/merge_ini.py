# Copyright the madansible authors
# GNU General Public License v3.0 or later (plugins run inside ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Merges INI files of the controller, each a template; later files win. What comes out is copied to the host."""
import configparser
import io
import os
import shutil
import tempfile

from ansible import constants
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    TRANSFERS_FILES = True

    def run(self, tmp=None, task_vars=None):
        result = super(ActionModule, self).run(tmp, task_vars)
        parser = configparser.ConfigParser(interpolation=None, default_section='no such section')
        parser.optionxform = str
        sources = self._task.args.get('sources', [])
        for source in sources:
            if os.access(source, os.R_OK):
                parser.read_string(self.rendered(source), source)
        directory = tempfile.mkdtemp(dir=constants.DEFAULT_LOCAL_TMP)
        try:
            path = os.path.join(directory, 'merged')
            with open(path, 'w') as merged:
                parser.write(merged)
            result.update(self.copied(path, task_vars))
        finally:
            shutil.rmtree(directory)
        result['sources'] = sources
        return result

    def rendered(self, source):
        with open(source) as template:
            text = template.read()
        folders = [self._loader.get_basedir(), os.path.dirname(source)]
        self._templar.environment.loader.searchpath = folders
        return str(self._templar.template(io.StringIO(text).read()))

    def copied(self, path, task_vars):
        task = self._task.copy()
        task.args = dict((name, value) for name, value in self._task.args.items() if name != 'sources')
        task.args['src'] = path
        action = self._shared_loader_obj.action_loader.get(
            'copy', task=task, connection=self._connection, play_context=self._play_context, loader=self._loader,
            templar=self._templar, shared_loader_obj=self._shared_loader_obj)
        return action.run(task_vars=task_vars)
