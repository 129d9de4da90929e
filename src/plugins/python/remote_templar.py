# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""The Templar of an action plugin: what it renders, the controller renders, with all it has compiled and computed already.

That is the same text only as long as the plugin left the Jinja2 environment as it was (but for the folders that
includes are looked for in). As soon as it changes something there, ansible-core's own code renders in this process.
"""
from jinja2 import FileSystemLoader

from ansible.template import Templar
from madansible_plugins.lazy import LazyVariables

SETTINGS = (
    'block_start_string', 'block_end_string', 'variable_start_string', 'variable_end_string', 'comment_start_string',
    'comment_end_string', 'line_statement_prefix', 'line_comment_prefix', 'trim_blocks', 'lstrip_blocks',
    'newline_sequence', 'keep_trailing_newline', 'undefined', 'finalize', 'autoescape', 'context_class',
    'template_class', 'code_generator_class',
)


class RemoteTemplar(Templar):
    def __init__(self, loader, variables, ask):
        super(RemoteTemplar, self).__init__(loader=loader, variables=variables)
        self._madansible_ask = ask
        self._madansible_environment = self.environment
        self._madansible_settled = fingerprint(self.environment)

    def do_template(self, data, preserve_trailing_newlines=True, escape_backslashes=True, fail_on_undefined=None,
                    overrides=None, disable_lookups=False, convert_data=False):
        changes = None if overrides or not isinstance(data, str) else self._madansible_changes()
        if changes is None:
            return super(RemoteTemplar, self).do_template(
                data, preserve_trailing_newlines=preserve_trailing_newlines, escape_backslashes=escape_backslashes,
                fail_on_undefined=fail_on_undefined, overrides=overrides, disable_lookups=disable_lookups,
                convert_data=convert_data)
        fails = self._fail_on_undefined_errors if fail_on_undefined is None else fail_on_undefined
        return self._madansible_ask(
            ask='template', become=True, variables=self._available_variables.stand_in(), changes=changes, data=str(data),
            searchPath=[str(path) for path in self.environment.loader.searchpath],
            preserveTrailingNewlines=bool(preserve_trailing_newlines), escapeBackslashes=bool(escape_backslashes),
            failOnUndefined=bool(fails), disableLookups=bool(disable_lookups), convertData=bool(convert_data))

    def _madansible_changes(self):
        """What the plugin changed in the variables; None when this process has to render."""
        environment, variables = self.environment, self._available_variables
        if environment is not self._madansible_environment or type(environment.loader) is not FileSystemLoader:
            return None
        if type(variables) is not LazyVariables or fingerprint(environment) != self._madansible_settled:
            return None
        return variables.changes()


def fingerprint(environment):
    """What a plugin may change in an environment, other than where templates are looked for."""
    found = [getattr(environment, name) for name in SETTINGS]
    found.extend(len(plugins._delegatee) for plugins in (environment.filters, environment.tests))
    found.append(sorted(environment.extensions))
    found.append(sorted((name, id(value)) for name, value in environment.globals.items()))
    return found
