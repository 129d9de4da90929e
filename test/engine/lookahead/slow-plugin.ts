// A folder for a playbook with an action plugin that ends only once a file is there.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface PlaybookFolder {
  readonly folder: string
  /** Writes a file below the folder. */
  readonly write: (name: string, text: string) => void
}

/** The plugin `slow` waits for the file `until`, then fails when told so by `fails`, else gives `says` as `said`. */
export function folderWithSlowPlugin(prefix: string): PlaybookFolder {
  const folder = mkdtempSync(`/var/tmp/${prefix}-`)
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  write(
    'action_plugins/slow.py',
    `import os, time
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        while not os.path.exists(self._task.args['until']):
            time.sleep(0.02)
        if 'fails' in self._task.args:
            raise AnsibleError('as wanted')
        return dict(said=self._task.args['says'])
`,
  )
  return { folder, write }
}
