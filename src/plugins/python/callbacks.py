# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Callback plugins of Python: loaded as ansible-playbook loads them, called with Ansible's own objects. Mirrors
load_callbacks and send_callback of executor/task_queue_manager.py (2.14).
"""
import os
import traceback

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import callback_loader
from ansible.utils.display import Display

from madansible_plugins.callback_objects import Objects

display = Display()
METHODS = [name for name in dir(CallbackBase) if name.startswith('v2_')]


def make(host):
    callbacks = Callbacks(host)
    return {'callbacks': callbacks.load, 'event': callbacks.event}


class Callbacks:
    def __init__(self, host):
        self.host = host
        self.plugins = []
        self.objects = Objects(host)

    def load(self, message):
        """The names of the methods that some plugin has."""
        if message['columns']:
            display.columns = message['columns']
        if message['stdout'] is not None:
            self.plugins.append(stdout_plugin(message['stdout']))
        for kind in candidates():
            self.add(kind)
        # The name of none stands for the plugins themselves.
        return sorted({'' for plugin in self.plugins} | {name for plugin in self.plugins for name in METHODS if has_method(plugin, name)})

    def add(self, kind):
        name = name_of(kind)
        if getattr(kind, 'CALLBACK_TYPE', '') == 'stdout':
            display.vv("Skipping callback '%s', as we already have a stdout callback." % name)
            return
        if needs_enabling(kind) and name not in (C.CALLBACKS_ENABLED or ()):
            return
        try:
            plugin = kind()
            if not plugin:
                display.warning("Skipping callback '%s', as it does not create a valid plugin instance." % name)
            elif plugin not in self.plugins:
                plugin.set_options()
                self.plugins.append(plugin)
        except Exception as error:  # callbacks never stop a run
            display.warning("Skipping callback '%s', unable to load due to: %s" % (name, error))

    def event(self, message):
        method, event = message['method'], self.host.channel.wire.decode(message['event'])
        if method == 'v2_playbook_on_play_start':
            context = self.objects.play_context(event)
            for plugin in self.plugins:
                if hasattr(plugin, 'set_play_context'):
                    plugin.set_play_context(context)
        is_implicit = bool(event.get('task') and event['task']['isImplicit'])
        for plugin in self.plugins:
            if getattr(plugin, 'disabled', False) or (is_implicit and not getattr(plugin, 'wants_implicit_tasks', False)):
                continue
            for function in functions_of(plugin, method):
                self.call(plugin, method, function, event)

    def call(self, plugin, method, function, event):
        args, kwargs = self.objects.arguments(method, event)
        try:
            function(*args, **kwargs)
        except Exception as error:
            display.warning('Failure using method (%s) in callback plugin (%s): %s' % (method, plugin, error))
            display.vvv('Callback Exception: \n' + ' '.join(traceback.format_tb(error.__traceback__)))


def stdout_plugin(name):
    plugin = callback_loader.get(name) if name in callback_loader else None
    if plugin is None:
        raise AnsibleError('Invalid callback for stdout specified: %s' % name)
    plugin.set_options()
    return plugin


def candidates():
    """Classes of all callbacks in plugin folders, then those of collections that are enabled by name."""
    found = list(callback_loader.all(class_only=True))
    for name in C.CALLBACKS_ENABLED or ():
        kind = callback_loader.get(name, class_only=True)
        if kind is None:
            display.warning("Skipping callback plugin '%s', unable to load" % name)
        elif kind not in found:
            found.append(kind)
    return found


def name_of(kind):
    names = getattr(kind, '_redirected_names', None)
    return names[0] if names else os.path.splitext(os.path.basename(kind._original_path))[0]


def needs_enabling(kind):
    return getattr(kind, 'CALLBACK_NEEDS_ENABLED', getattr(kind, 'CALLBACK_NEEDS_WHITELIST', False))


def functions_of(plugin, method):
    """The method, then the one for every event; each under its new name, or else its old one."""
    for name in (method, 'v2_on_any'):
        function = getattr(plugin, name, None) or getattr(plugin, name[3:], None)
        if function is not None:
            yield function


def has_method(plugin, name):
    """Whether a plugin does something for an event: the base class does nothing."""
    for own in (name, name[3:], 'v2_on_any', 'on_any'):
        function = getattr(type(plugin), own, None)
        if function is not None and function is not getattr(CallbackBase, own, None):
            return True
        if own in vars(plugin):
            return True
    return False
