# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Whole templates, for Jinja2 extensions and filters that only exist in Python."""
from ansible.template import AnsibleEnvironment, AnsibleNativeEnvironment


def make(host):
    def render(message):
        templar = host.templar(host.channel.wire.decode(message['variables']))
        kind = AnsibleNativeEnvironment if message['native'] else AnsibleEnvironment
        templar = templar.copy_with_new_env(environment_class=kind, searchpath=message['searchPath'])
        for name, value in message['settings'].items():
            setattr(templar.environment, name, value)
        return templar.do_template(
            message['source'], preserve_trailing_newlines=message['preserveTrailingNewlines'],
            escape_backslashes=message['escapeBackslashes'], convert_data=message['convertData'],
            fail_on_undefined=message['failOnUndefined'], overrides=None)

    return {'render': render}
