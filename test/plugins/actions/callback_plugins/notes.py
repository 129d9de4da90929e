from ansible.plugins.callback import CallbackBase
class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'aggregate'
    CALLBACK_NAME = 'notes'
    def w(self, *a): self._display.display('NOTE ' + ' '.join(str(x) for x in a))
    def v2_playbook_on_start(self, pb): self.w('start', pb._file_name)
    def v2_playbook_on_play_start(self, play): self.w('play', play.get_name(), play.hosts)
    def v2_playbook_on_task_start(self, task, is_conditional): self.w('task', task.get_name(), task.name, task.action, task.args, task._role, task.get_path(), is_conditional)
    def v2_playbook_on_handler_task_start(self, task): self.w('handler', task.get_name(), task._uuid != '')
    def v2_playbook_on_notify(self, handler, host): self.w('notify', handler.get_name(), host.get_name())
    def v2_playbook_on_include(self, f): self.w('include', f._filename, [h.name for h in f._hosts])
    def v2_runner_on_start(self, host, task): self.w('runner start', host.name, task.get_name())
    def v2_runner_on_ok(self, r): self.w('ok', r._host.get_name(), r.task_name, r.is_changed(), sorted(r._result), r._task.tags, r._task.delegate_to)
    def v2_runner_on_failed(self, r, ignore_errors=False): self.w('failed', r._host, r._task.get_name(), ignore_errors, r._result.get('msg'), r._task.ignore_errors)
    def v2_runner_on_skipped(self, r): self.w('skipped', r._host, r._result)
    def v2_runner_item_on_ok(self, r): self.w('item', r._host, r._result['item'], r._task.loop)
    def v2_runner_retry(self, r): self.w('retry', r._result['attempts'], r._result['retries'])
    def v2_on_file_diff(self, r): self.w('diff', 'diff' in r._result)
    def v2_playbook_on_stats(self, stats): self.w('stats', stats.processed, stats.summarize('localhost'), stats.custom)
