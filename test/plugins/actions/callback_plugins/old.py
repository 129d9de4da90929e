from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_TYPE = 'notification'
    def runner_on_ok(self, host, res): self._display.display('OLD %s %s' % (host, res.get('changed')))
    def runner_on_failed(self, host, res, ignore_errors=False): raise RuntimeError('broken callback')
