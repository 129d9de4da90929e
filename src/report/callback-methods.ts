// Which method of Ansible's CallbackBase an event is for.
import type { EngineEvent } from '../engine/events.js'

/** Method of CallbackBase for an event. */
export const CALLBACK_METHODS: Partial<Readonly<Record<EngineEvent['kind'], string>>> = {
  playbookStart: 'v2_playbook_on_start',
  playStart: 'v2_playbook_on_play_start',
  noHostsMatched: 'v2_playbook_on_no_hosts_matched',
  noHostsRemaining: 'v2_playbook_on_no_hosts_remaining',
  taskStart: 'v2_playbook_on_task_start',
  cleanupTaskStart: 'v2_playbook_on_cleanup_task_start',
  handlerTaskStart: 'v2_playbook_on_handler_task_start',
  runnerStart: 'v2_runner_on_start',
  runnerOk: 'v2_runner_on_ok',
  runnerFailed: 'v2_runner_on_failed',
  runnerSkipped: 'v2_runner_on_skipped',
  runnerUnreachable: 'v2_runner_on_unreachable',
  itemOk: 'v2_runner_item_on_ok',
  itemFailed: 'v2_runner_item_on_failed',
  itemSkipped: 'v2_runner_item_on_skipped',
  retry: 'v2_runner_retry',
  asyncPoll: 'v2_runner_on_async_poll',
  asyncOk: 'v2_runner_on_async_ok',
  asyncFailed: 'v2_runner_on_async_failed',
  diff: 'v2_on_file_diff',
  include: 'v2_playbook_on_include',
  notify: 'v2_playbook_on_notify',
  varsPrompt: 'v2_playbook_on_vars_prompt',
  stats: 'v2_playbook_on_stats',
}
