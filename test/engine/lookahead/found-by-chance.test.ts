// What random playbooks have shown to go wrong, each as small as it could be made.
import { afterAll, describe, expect, it } from 'vitest'
import { differences, OrderBench } from './play-orders.js'
import { PLAYBOOK, type RandomPlaybook } from './random-playbooks.js'
import type { Fields, Json } from './random-tasks.js'

const bench = new OrderBench(undefined)
afterAll(() => bench.close())

function playbook(plays: readonly Fields[], files: Record<string, Json> = {}, mayFail = false): RandomPlaybook {
  const all = plays.map(play => ({ name: 'play', hosts: 'all', gather_facts: false, ...play }))
  return { seed: 0, hosts: ['h1', 'h2'], mayFail, tags: [], files: { [PLAYBOOK]: all, ...files } }
}

async function isSame(made: RandomPlaybook): Promise<void> {
  const linear = await bench.play(made, { kind: 'linear' })
  for (let seed = 0; seed < 8; seed++) {
    const inferred = await bench.play(made, { kind: 'inferred', seed })
    expect(differences(linear, inferred).join('\n'), `pauses ${seed}`).toBe('')
  }
}

const APPEND: Fields = { name: 'appends', shell: 'echo one >> {{ base }}/f1' }

describe('a task that was run before its turn', () => {
  it('is not done a second time when handlers of another host turn out not to be notified', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            { name: 'may notify', stat: { path: '{{ base }}' }, run_once: true, changed_when: false, notify: 'topic' },
          ],
          post_tasks: [APPEND],
          handlers: [{ name: 'handler', debug: { msg: 'handled' }, listen: 'topic' }],
        },
      ]),
    ),
  )

  it('is not done a second time when a task before it fails on another host', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              { name: 'fails', stat: { path: '{{ base }}' }, failed_when: "inventory_hostname == 'h2'" },
              APPEND,
              { ...APPEND, name: 'appends again', loop: ['one', 'two'] },
            ],
          },
        ],
        {},
        true,
      ),
    ),
  )

  it('is not done a second time when it is a handler that only one host is notified of', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [{ ...APPEND, changed_when: "inventory_hostname == 'h2'", notify: 'handler' }],
          post_tasks: [{ name: 'shows', debug: { msg: 'here' }, run_once: true }],
          handlers: [{ name: 'handler', shell: 'echo one >> {{ base }}/f2' }],
        },
      ]),
    ),
  )

  it(
    'is not done a second time when hosts include it at different times, as only one is notified of the last handler',
    {
      timeout: 120_000,
    },
    () =>
      isSame(
        playbook(
          [
            {
              tasks: [
                {
                  name: 'changes one',
                  stat: { path: '{{ base }}' },
                  changed_when: "inventory_hostname == 'h1'",
                  notify: 'handler',
                },
              ],
              post_tasks: [{ name: 'includes', include_tasks: 'more.yml' }],
              handlers: [{ name: 'handler', debug: { msg: 'handled' } }],
            },
          ],
          { 'more.yml': [{ name: 'includes more', include_tasks: 'most.yml' }], 'most.yml': [APPEND] },
        ),
      ),
  )

  it('is not done a second time when it is a handler that notifies itself', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [{ name: 'changes', shell: 'echo two >> {{ base }}/f2', notify: 'handler' }],
          handlers: [{ ...APPEND, name: 'handler', notify: 'handler' }],
        },
      ]),
    ),
  )

  it('is told by its own name when it had to wait for items of its loop', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        { tasks: [{ name: 'looks', stat: { path: '{{ base }}' }, register: 'looked' }] },
        {
          vars: { count: "{{ vars | dict2items | selectattr('key', 'equalto', 'x') | list | length }}" },
          tasks: [
            { name: "sets {{ missing | default('-') }}", set_fact: { found: '{{ count }}' }, loop: ['one', 'two'] },
          ],
        },
      ]),
    ),
  )

  it('does the first items of a loop once, whatever the next item has to wait for', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            { name: 'looks', stat: { path: '{{ base }}' }, register: 'looked' },
            {
              name: 'appends items',
              shell: "echo {{ item if item == 'one' else looked.stat.exists }} >> {{ base }}/f2",
              loop: ['one', 'two'],
            },
          ],
        },
      ]),
    ),
  )

  it('sees of other hosts what stands before it, whoever looked at them last', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            { name: 'sets', set_fact: { found: '{{ inventory_hostname }}' } },
            { name: 'compares', assert: { that: ["hostvars['h2'].found == 'h2'", "hostvars['h1'].found == 'h1'"] } },
            { name: 'sets again', set_fact: { found: 'changed' } },
            { name: 'compares again', assert: { that: ["hostvars['h2'].found == 'changed'"] } },
          ],
        },
      ]),
    ),
  )
})

describe('a task that follows', () => {
  it('a block that is rescued sees what a rescue section of another host sets for all', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            {
              name: 'block',
              block: [{ name: 'fails', slurp: { src: '{{ base }}/none' }, when: "inventory_hostname == 'h2'" }],
              rescue: [{ name: 'rescues', stat: { path: '{{ base }}' }, register: 'rescued', run_once: true }],
            },
          ],
        },
        { tasks: [{ name: 'shows', debug: { msg: "{{ rescued.stat.exists | default('-') }}" } }] },
      ]),
    ),
  )

  it(
    'a task that fails in a block that is rescued is not done, whenever the failure was found',
    { timeout: 120_000 },
    () =>
      isSame(
        playbook([
          {
            tasks: [
              {
                name: 'first block',
                block: [{ name: 'shows', debug: { msg: 'here' } }],
                always: [
                  { name: 'keeps turn', stat: { path: '{{ base }}' }, register: 'looked', run_once: true, throttle: 1 },
                ],
              },
              { name: 'looks', stat: { path: '{{ base }}/none' } },
              {
                name: 'counts',
                set_fact: { found: "{{ vars | dict2items | selectattr('key', 'equalto', 'x') | list | length }}" },
              },
              {
                name: 'second block',
                block: [{ name: 'fails', fail: { msg: '{{ looked.stat.exists }}' } }, APPEND],
                rescue: [{ name: 'rescues', shell: 'cat {{ base }}/f1 | wc -l' }],
              },
            ],
          },
        ]),
      ),
  )

  it(
    'a task that fails in a block that is rescued is not done, though it was found in an include',
    {
      timeout: 120_000,
    },
    () =>
      isSame(
        playbook(
          [
            {
              hosts: 'h2',
              tasks: [
                {
                  name: 'block',
                  block: [
                    { name: 'fails', slurp: { src: '{{ base }}/none' } },
                    { name: 'includes', include_tasks: 'more.yml' },
                  ],
                  rescue: [{ name: 'rescues', debug: { msg: 'here' } }],
                },
              ],
            },
          ],
          { 'more.yml': [{ name: 'included', debug: { msg: 'here' } }] },
        ),
      ),
  )

  it('handlers of a role that was included twice sees what both have registered', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              { name: 'includes', include_role: { name: 'one' } },
              { name: 'includes again', include_role: { name: 'one' }, loop: ['item'] },
              { name: 'flushes', meta: 'flush_handlers' },
              { name: 'shows', debug: { msg: "{{ handled.stat.exists | default('-') }}" } },
            ],
          },
        ],
        {
          'roles/one/tasks/main.yml': [{ ...APPEND, notify: 'handler' }],
          'roles/one/handlers/main.yml': [
            { name: 'handler', stat: { path: '{{ base }}' }, register: 'handled', when: 'handled is undefined' },
          ],
        },
      ),
    ),
  )

  it('a handler that nobody notifies is done by the hosts that were thought to be late', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            {
              name: 'may notify',
              stat: { path: '{{ base }}' },
              changed_when: false,
              notify: 'handler',
              run_once: true,
            },
          ],
          post_tasks: [{ name: 'sets', set_fact: { found: 8 } }],
          handlers: [{ name: 'handler', debug: { msg: 'handled' }, run_once: true }],
        },
        { tasks: [{ name: 'shows', debug: { msg: "{{ found | default('-') }}" } }] },
      ]),
    ),
  )

  it('a handler that one host does for all sees what that sets', { timeout: 120_000 }, () => {
    const line = { line: 'one', create: true }
    const made = playbook([
      {
        tasks: [
          { name: 'writes', lineinfile: { path: '{{ base }}/f1', ...line }, register: 'written' },
          {
            name: 'notifies',
            lineinfile: { path: '{{ base }}/f2', ...line },
            when: ['written is changed', "inventory_hostname == 'h3'"],
            notify: 'handler',
          },
        ],
        handlers: [{ name: 'handler', set_fact: { found: '4' }, run_once: true }],
      },
      { tasks: [{ name: 'shows', debug: { msg: "{{ found | default('-') }}" } }] },
    ])
    return isSame({ ...made, hosts: ['h1', 'h2', 'h3'] })
  })

  it('a task that was given up sees what that sets, not what was there before', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            { name: 'looks', stat: { path: '{{ base }}' }, register: 'looked' },
            { name: 'keeps its turn', stat: { path: '{{ base }}' }, throttle: 1, run_once: true },
            { name: 'sets', set_fact: { found: "{{ ansible_failed_hosts | join(',') }}" }, register: 'looked' },
            { name: 'sets again', set_fact: { found: '{{ item }}' }, loop: "{{ looked.results | default(['x']) }}" },
          ],
        },
        { tasks: [{ name: 'shows', debug: { msg: "{{ found | default('-') }}" } }] },
      ]),
    ),
  )

  it('a task that fails on another host sees what that registers', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              { name: 'looks', stat: { path: '{{ base }}' }, register: 'looked' },
              {
                name: 'fails',
                slurp: { src: '{{ base }}/none' },
                when: "inventory_hostname == 'h1'",
                register: 'looked',
              },
              { name: 'shows', debug: { msg: "{{ hostvars['h1'].looked.failed }}" } },
            ],
          },
        ],
        {},
        true,
      ),
    ),
  )

  it('a task that other hosts do at the same time sees nothing of them', { timeout: 180_000 }, () =>
    isSame({
      ...playbook(
        [
          {
            tasks: [
              { name: 'waits', slurp: { src: '{{ base }}/none' }, ignore_errors: true },
              { name: 'fails', fail: { msg: '{{ ansible_play_hosts }} {{ ansible_failed_hosts }}' } },
            ],
          },
        ],
        {},
        true,
      ),
      // One more than there are forks.
      hosts: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    }),
  )

  it('a task that waits for a worker sees how many hosts have failed by then', { timeout: 180_000 }, () =>
    isSame({
      ...playbook(
        [
          {
            tasks: [
              { name: 'waits', slurp: { src: '{{ base }}/none' }, ignore_errors: true },
              {
                name: 'fails',
                debug: { msg: '{{ ansible_play_hosts | length }}' },
                failed_when: "inventory_hostname != 'h7'",
              },
              { name: 'shows', debug: { msg: '{{ ansible_play_hosts }}' } },
            ],
          },
        ],
        {},
        true,
      ),
      hosts: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7'],
    }),
  )

  it('a lookup leaves the file as it is until that has read it', { timeout: 120_000 }, () =>
    isSame(
      playbook([
        {
          tasks: [
            { name: 'writes', copy: { content: 'one', dest: '{{ shared }}/f1' }, run_once: true, register: 'written' },
            {
              name: 'shows',
              debug: { msg: "{{ written.changed }} {{ lookup('file', shared ~ '/f1', errors='ignore') }}" },
            },
            { name: 'removes', file: { path: '{{ shared }}/f1', state: 'absent' }, run_once: true },
          ],
        },
      ]),
    ),
  )

  it('a task that fails on another host sees which hosts are left', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              { name: 'fails', slurp: { src: '{{ base }}/none' }, when: "inventory_hostname == 'h2'" },
              { name: 'shows', debug: { msg: '{{ ansible_play_hosts }} {{ ansible_play_batch }}' } },
              { name: 'shows failed hosts', debug: { msg: '{{ ansible_failed_hosts }} {{ ansible_current_hosts }}' } },
            ],
          },
        ],
        {},
        true,
      ),
    ),
  )
})

describe('the run goes on', () => {
  it('after a handler that keeps its turn and that nobody notified', { timeout: 180_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              { name: 'may notify', stat: { path: '{{ base }}' }, changed_when: false, notify: 'handler' },
              { name: 'flushes', meta: 'flush_handlers' },
              { name: 'includes', include_tasks: 'more.yml', when: 'handled is undefined' },
              { name: 'shows', debug: { msg: "{{ handled | default('no') }}" } },
            ],
            handlers: [{ name: 'handler', stat: { path: '{{ base }}' }, throttle: 1, register: 'handled' }],
          },
        ],
        { 'more.yml': [{ name: 'included', debug: { msg: 'here' } }] },
      ),
    ),
  )

  it('when a handler stays notified and what follows has failed by then', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [{ ...APPEND, notify: ['handler b', 'handler a'] }],
            handlers: [
              { name: 'handler a', file: { path: '{{ base }}/d1', state: 'directory' }, run_once: true },
              {
                name: 'handler b',
                slurp: { src: '{{ base }}/none' },
                notify: 'handler a',
                ignore_errors: true,
              },
            ],
          },
          {
            tasks: [
              {
                name: 'block',
                block: [
                  { name: 'fails', command: 'cat {{ base }}/none' },
                  { name: 'reads', include_vars: { file: 'one.yml' } },
                ],
                always: [{ name: 'sets', set_fact: { found: 'two' } }],
              },
            ],
          },
        ],
        { 'vars/one.yml': { found: 'one' } },
        true,
      ),
    ),
  )

  it('when one host fails in a task that looks at files of the controller', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              {
                name: 'copies',
                copy: {
                  content: "{{ lookup('file', shared ~ '/none', errors='ignore') }}",
                  dest: '{{ base }}/none/f1',
                },
              },
            ],
          },
        ],
        {},
        true,
      ),
    ),
  )

  it('when a handler is notified again by what comes after a failure', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            pre_tasks: [{ ...APPEND, notify: 'handler' }],
            tasks: [
              { name: 'fails', command: 'cat {{ base }}/none' },
              { name: 'includes', include_tasks: 'more.yml', when: "inventory_hostname == 'h2'" },
            ],
            handlers: [{ name: 'handler', set_fact: { found: 'one' }, run_once: true }],
          },
        ],
        { 'more.yml': [{ ...APPEND, notify: 'handler', run_once: true }] },
        true,
      ),
    ),
  )

  it('when an include depends on a task that fails', { timeout: 120_000 }, () =>
    isSame(
      playbook(
        [
          {
            tasks: [
              { name: 'fails', slurp: { src: '{{ base }}/none' }, register: 'content' },
              { name: 'includes', include_tasks: 'more.yml', when: 'content is succeeded' },
            ],
          },
        ],
        { 'more.yml': [{ name: 'included', debug: { msg: 'here' } }] },
        true,
      ),
    ),
  )
})

it('a lookup of a task that is never done warns of nothing', { timeout: 120_000 }, () =>
  isSame(
    playbook(
      [
        { tasks: [{ name: 'sets', set_fact: { found: 'one' } }] },
        {
          tasks: [
            { name: 'fails', assert: { that: ["found == 'two'"] } },
            { name: 'looks', set_fact: { seen: "{{ lookup('file', shared ~ '/none', errors='ignore') }}" } },
          ],
        },
      ],
      {},
      true,
    ),
  ),
)

it('a play that is looked at before its turn warns of nothing', { timeout: 120_000 }, () =>
  isSame(
    playbook(
      [
        {
          tasks: [
            { name: 'looks', stat: { path: '{{ base }}' } },
            { name: 'fails', fail: { msg: 'on purpose' } },
          ],
        },
        { hosts: 'nobody:all', tasks: [{ name: 'shows', debug: { msg: 'here' } }] },
      ],
      {},
      true,
    ),
  ),
)
