from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Has the name of a callback of ansible-core."""
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'oneline'

    def v2_runner_on_ok(self, result):
        self._display.display('OWN ONELINE %s %s' % (result._host.get_name(), result._task.get_name()))

    def v2_playbook_on_stats(self, stats):
        self._display.display('OWN ONELINE ends')
