DOCUMENTATION = '''
    name: shout
    type: stdout
    short_description: x
    description: y
    extends_documentation_fragment: [default_callback, result_format_callback]
'''
from ansible.plugins.callback.default import CallbackModule as Base
class CallbackModule(Base):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'shout'
    def v2_runner_on_ok(self, result):
        self._display.display('SHOUT', color='green')
        super().v2_runner_on_ok(result)
