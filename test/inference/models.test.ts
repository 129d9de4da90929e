// Footprints of modules: which pairs of tasks may change places, and which may not.
import { describe, expect, it } from 'vitest'
import { ASSUMPTIONS, type Footprint, HazardIndex, type TaskCall, UNKNOWN } from '../../src/inference/index.js'
import { type Args, callOf, loadModel, reads, whyWaits, writes } from './calls.js'

const model = loadModel()
const of = (action: string, args: Args = {}, more: Partial<TaskCall> = {}): Footprint =>
  model.footprintOf(callOf(action, args, more))
const waits = (earlier: Footprint, later: Footprint): boolean => whyWaits(earlier, later) !== undefined

describe('files', () => {
  const template = of('template', { src: 'a.j2', dest: '/etc/app/a.conf' })

  it('lets tasks that write different files change places', () => {
    expect(waits(template, of('copy', { content: 'x', dest: '/etc/app/b.conf' }))).toBe(false)
    expect(waits(template, of('lineinfile', { path: '/etc/hosts', line: 'x' }))).toBe(false)
  })
  it.each<[string, string, Args]>([
    ['the same file', 'lineinfile', { path: '/etc/app/a.conf', line: 'x' }],
    ['the same file by another way of writing its path', 'replace', { path: '/etc//x/../app/./a.conf', regexp: 'x' }],
    ['the directory it is in', 'file', { path: '/etc/app', state: 'directory' }],
    ['everything below a directory above it', 'file', { path: '/etc', state: 'absent' }],
    ['a look at the directory it is in', 'find', { paths: '/etc/app' }],
    ['a look at the file', 'stat', { path: '/etc/app/a.conf' }],
    ['a path that is not known beyond the directory', 'copy', { content: '', dest: `/etc/app/${UNKNOWN}` }],
    ['a path that is not known at all', 'copy', { content: '', dest: UNKNOWN }],
    ['a relative path', 'copy', { content: '', dest: 'a.conf' }],
  ])('keeps the order of a template and %s', (_what, action, args) => {
    expect(waits(template, of(action, args))).toBe(true)
    expect(waits(of(action, args), template)).toBe(true)
  })
  it('takes the usual links of a system for what they lead to', () => {
    expect(
      waits(of('copy', { content: '', dest: '/bin/tool' }), of('file', { path: '/usr/bin/tool', mode: '0755' })),
    ).toBe(true)
    expect(waits(of('copy', { content: '', dest: '/var/run/app.pid' }), of('slurp', { src: '/run/app.pid' }))).toBe(
      true,
    )
  })
  it('follows links that the playbook makes', () => {
    const own = loadModel()
    const link = own.footprintOf(callOf('file', { src: '/srv/releases/2', path: '/srv/current', state: 'link' }))
    const through = own.footprintOf(callOf('copy', { content: '', dest: '/srv/current/version' }))
    const direct = own.footprintOf(callOf('slurp', { src: '/srv/releases/2/version' }))
    expect(waits(link, through)).toBe(true)
    expect(waits(through, direct)).toBe(true)
  })
  it.each(['/var/lib/docker/volumes/logs/_data', '/srv/docker/volumes/logs/_data/app', '/var/lib/docker'])(
    'makes a task on %s wait for the volume that the container engine keeps there',
    target => {
      const volume = of('community.docker.docker_volume', { name: 'logs' })
      expect(waits(volume, of('file', { src: target, path: '/var/log/app', state: 'link' }))).toBe(true)
      expect(waits(of('file', { path: target, state: 'absent' }), volume)).toBe(true)
      const other = of('community.docker.docker_volume', { name: 'data' })
      expect(waits(other, of('stat', { path: target }))).toBe(target === '/var/lib/docker')
    },
  )
  it('makes what needs a directory wait for who made it on the way to another', () => {
    const deep = of('file', { path: '/opt/app/releases/1', state: 'directory' })
    expect(waits(deep, of('copy', { content: '', dest: '/opt/app/conf' }))).toBe(true)
  })
  it('lets a directory be made before others beside it are used, once the one above was made', () => {
    const index = new HazardIndex()
    const add = (id: string, footprint: Footprint) =>
      index.add(id, footprint, { host: 'web1', round: id }).map(hazard => hazard.earlier)
    const directory = (name: string, mode: string) => of('file', { path: `/opt/app/${name}`, state: 'directory', mode })
    add('one', directory('one', '0755'))
    expect(add('used', of('copy', { content: '', dest: '/opt/app/one/x' }))).toEqual(['one'])
    expect(add('two', directory('two', '0755'))).not.toContain('used')
    expect(add('other', of('copy', { content: '', dest: '/srv/app/x' }))).toEqual([])
    expect(add('late', of('file', { path: '/srv/app/deep', state: 'directory' }))).toContain('other')
  })
  it('keeps files of different hosts apart, and brings delegated tasks together', () => {
    const there = of('template', { src: 'a.j2', dest: '/etc/app/a.conf' }, { host: 'web2' })
    expect(waits(template, there)).toBe(false)
    expect(
      waits(template, of('template', { src: 'a.j2', dest: '/etc/app/a.conf' }, { host: 'web2', target: 'web1' })),
    ).toBe(true)
  })
  it('keeps the order of what fetches to the controller and what reads it there', () => {
    const fetch = of('fetch', { src: '/etc/motd', dest: '/tmp/got/', flat: false })
    expect(
      waits(fetch, of('copy', { src: '/tmp/got/web1/etc/motd', dest: '/tmp/x' }, { host: 'web2', target: 'web2' })),
    ).toBe(true)
    expect(waits(fetch, of('copy', { src: '/tmp/other', dest: '/tmp/x' }, { host: 'web2', target: 'web2' }))).toBe(
      false,
    )
  })
  it('makes a task with an owner wait for that account', () => {
    const owned = of('copy', { content: '', dest: '/srv/x', owner: 'app' })
    expect(waits(of('user', { name: 'app' }), owned)).toBe(true)
    expect(waits(of('user', { name: 'app' }), of('copy', { content: '', dest: '/srv/x', owner: 'root' }))).toBe(false)
  })
  it('takes an argument that is omitted for one that was not given', async () => {
    const { OMIT } = await import('../../src/jinja/index.js')
    expect(reads(of('file', { path: '/srv/x', owner: OMIT }))).toEqual(reads(of('file', { path: '/srv/x' })))
  })
})

describe('packages and services', () => {
  const nginx = of('apt', { name: 'nginx' })

  it('keeps packages of a host in their order', () => {
    expect(waits(nginx, of('apt', { name: 'curl' }))).toBe(true)
    expect(waits(nginx, of('apt', { name: 'curl' }, { host: 'web2' }))).toBe(false)
  })
  it.each<[string, string, Args]>([
    ['configuration', 'template', { src: 'n.j2', dest: '/etc/nginx/nginx.conf' }],
    ['its service', 'service', { name: 'nginx', state: 'started' }],
    ['a program of it', 'command', { _raw_params: 'nginx --version' }],
    ['facts', 'setup', {}],
    ['an account that it brings', 'file', { path: '/srv/x', owner: 'nginx' }],
  ])('makes %s wait for the package', (_what, action, args) => {
    expect(waits(nginx, of(action, args))).toBe(true)
  })
  it('lets files outside of the system directories go ahead of packages', () => {
    expect(waits(nginx, of('copy', { content: '', dest: '/srv/www/index.html' }))).toBe(false)
    expect(waits(nginx, of('copy', { content: '', dest: '/usr/local/bin/x' }))).toBe(false)
  })
  it('makes users of a network service wait for the package that may start it, but not the package for them', () => {
    const uri = of('uri', { url: 'http://db1/' }, { host: 'web2' })
    expect(waits(nginx, uri)).toBe(true)
    expect(waits(uri, nginx)).toBe(false)
  })
  it('lets nothing run beside packages that modules run on', () => {
    expect(waits(of('apt', { name: 'python3' }), of('copy', { content: '', dest: '/srv/x' }))).toBe(true)
    expect(waits(of('apt', { upgrade: 'dist' }), of('copy', { content: '', dest: '/srv/x' }))).toBe(true)
  })
  it('makes a restart wait for the configuration of a known service, and not for other files', () => {
    const restart = of('service', { name: 'nginx', state: 'restarted' })
    expect(waits(of('template', { src: 'n.j2', dest: '/etc/nginx/nginx.conf' }), restart)).toBe(true)
    expect(waits(of('copy', { content: '', dest: '/etc/systemd/system/nginx.service' }), restart)).toBe(true)
    expect(waits(of('template', { src: 'm.j2', dest: '/etc/motd' }), restart)).toBe(false)
  })
  it('makes the start of an unknown service wait for every file of its host, and everything after for it', () => {
    const start = of('service', { name: 'app', state: 'started' })
    expect(waits(of('copy', { content: '', dest: '/opt/whatever' }), start)).toBe(true)
    expect(waits(start, of('slurp', { src: '/var/lib/app/secret' }))).toBe(true)
    expect(start.reads.some(access => access.because.includes('madansible.yml'))).toBe(true)
  })
  it('orders services of different hosts by the network services that they name', () => {
    const database = of('service', { name: 'mariadb', state: 'started' }, { host: 'db1' })
    expect(waits(database, of('service', { name: 'nginx', state: 'started' }))).toBe(false)
    expect(waits(database, of('service', { name: 'app', state: 'started' }))).toBe(true)
    expect(waits(database, of('community.mysql.mysql_db', { name: 'shop', login_host: 'db1' }))).toBe(true)
    expect(
      waits(
        of('service', { name: 'haproxy', state: 'reloaded' }, { host: 'lb1' }),
        of('community.mysql.mysql_db', { name: 'shop' }),
      ),
    ).toBe(true)
  })
  it('makes what uses a service wait for who waited for it', () => {
    const ready = of('wait_for', { port: 3306, host: 'db1' }, { host: 'db1', waits: false })
    const check = of('uri', { url: 'http://db1/' }, { host: 'db1', waits: true })
    const use = of('uri', { url: 'http://db1/' })
    expect(whyWaits(check, use, ['db1', 'web1'])).toContain('RAW')
    expect(ready.isGuard).toBe(true)
  })
})

describe('commands', () => {
  it.each([
    'docker ps -a',
    'systemctl is-active nginx',
    'test -f /etc/app/a.conf',
    'cat /etc/hosts',
    'ls -la /srv',
    "grep -q 'x y' /etc/hosts",
    'getent passwd app',
    'uname -r',
    'hostname -f',
    'id app',
    'mysql --version',
    '/usr/sbin/sysctl -n net.ipv6.conf.all.disable_ipv6',
    'dpkg -l nginx',
    'rpm -q nginx',
    'ip -o addr show dev eth0',
    'find /srv -name x',
    'crontab -l',
    'iptables -S',
    'git rev-parse HEAD',
  ])('knows that `%s` only looks', text => {
    const footprint = of('command', { _raw_params: text })
    expect(footprint.opaque).toBeUndefined()
    expect(footprint.writes).toEqual([])
    expect(footprint.isHarmless).toBe(true)
  })
  it.each([
    'make install',
    'find /srv -delete',
    'docker run x',
    'docker exec app ls',
    'systemctl mask nginx',
    'sysctl -w a=b',
    'sort -o /etc/x /etc/x',
    'ip link set eth0 up',
    'rpm -i x.rpm',
    'dpkg -i x.deb',
    'env PATH=/x cat /etc/hosts',
    'sudo cat /etc/hosts',
    './cat /etc/hosts',
    '/opt/bin/cat /etc/hosts',
    'crontab -r',
    'iptables -A INPUT -j DROP',
    'date 01011200',
    'hostname newname',
    'mount /mnt',
    `cat ${UNKNOWN}`,
    'cat $FILE',
    '',
  ])('takes `%s` for something that may do anything', text => {
    expect(of('command', { _raw_params: text }).opaque).toBeDefined()
  })
  it.each([
    'cat /etc/hosts | grep x | wc -l',
    'test -e /x && ls /x 2>/dev/null || true',
    "grep -c 'a;b' /etc/x 2>&1",
    'ls /etc/*.conf',
  ])('knows that the shell line `%s` only looks', text => {
    const footprint = of('shell', { _raw_params: text })
    expect(footprint.opaque).toBeUndefined()
    expect(footprint.writes).toEqual([])
  })
  it.each([
    'echo x > /etc/x',
    'cat /etc/x >> /etc/y',
    'cat $(which x)',
    'cat `which x`',
    'ls; rm -rf /x',
    'ls & rm x',
    'cat /x | tee /y',
    'cat <(ls)',
    "echo 'a' > '/etc/x'",
    'ls 2>/tmp/errors',
    'X=1 ls',
    `ls ${UNKNOWN}`,
    'for x in a b; do ls; done',
  ])('takes the shell line `%s` for something that may do anything', text => {
    expect(of('shell', { _raw_params: text }).opaque).toBeDefined()
  })
  it('reads what the command reads', () => {
    expect(
      waits(of('copy', { content: '', dest: '/etc/app/a' }), of('command', { _raw_params: 'cat /etc/app/a' })),
    ).toBe(true)
    expect(
      waits(of('copy', { content: '', dest: '/etc/app/b' }), of('command', { _raw_params: 'cat /etc/app/a' })),
    ).toBe(false)
    expect(
      waits(of('copy', { content: '', dest: '/srv/b' }), of('command', { _raw_params: 'ls', chdir: '/srv' })),
    ).toBe(true)
    expect(waits(of('copy', { content: '', dest: '/srv/b' }), of('command', { _raw_params: 'cat relative' }))).toBe(
      true,
    )
  })
  it('does not trust names of commands where the search path was changed', () => {
    expect(of('command', { _raw_params: 'cat /x' }, { environment: { PATH: '/evil' } }).opaque).toBeDefined()
    expect(of('command', { _raw_params: 'cat /x' }, { environment: { LANG: 'C' } }).opaque).toBeUndefined()
  })
  it('makes opaque commands keep their place on their host and against opaque ones elsewhere', () => {
    const make = of('command', { _raw_params: 'make install' })
    expect(waits(make, of('copy', { content: '', dest: '/srv/x' }))).toBe(true)
    expect(waits(of('ping'), make)).toBe(true)
    expect(waits(make, of('command', { _raw_params: 'make' }, { host: 'web2' }))).toBe(true)
    expect(waits(make, of('copy', { content: '', dest: '/srv/x' }, { host: 'web2' }))).toBe(false)
  })
  it('lets nothing pass an opaque command of the controller, which may reach every host', () => {
    const local = of('command', { _raw_params: 'rsync a web2:/srv' }, { isLocal: true, target: 'controller' })
    expect(waits(local, of('copy', { content: '', dest: '/srv/x' }, { host: 'web2' }))).toBe(true)
  })
  it('takes systemctl restart for what the service module does', () => {
    expect(writes(of('command', { _raw_params: 'systemctl restart nginx' }))).toContain('service:nginx on web1')
  })
})

describe('control', () => {
  it.each(['assert', 'fail', 'pause', 'wait_for_connection', 'reboot', 'validate_argument_spec'])(
    'takes %s for a guard',
    action => {
      expect(of(action).isGuard).toBe(true)
    },
  )
  it.each(['debug', 'set_fact', 'add_host', 'group_by'])('knows that %s touches no machine', action => {
    const footprint = of(action)
    expect([...footprint.reads, ...footprint.writes]).toEqual([])
  })
  it('takes meta end_play for a guard and noop for nothing', () => {
    expect(of('meta', { _raw_params: 'end_play' }).isGuard).toBe(true)
    expect(of('meta', { _raw_params: 'noop' }).isGuard).toBe(false)
    expect(waits(of('copy', { content: '', dest: '/x' }), of('meta', { _raw_params: 'reset_connection' }))).toBe(true)
  })
  it('gathers facts after everything that was written, unless few are asked for', () => {
    const written = of('copy', { content: '', dest: '/srv/x' })
    expect(waits(written, of('setup'))).toBe(true)
    expect(waits(written, of('setup', { gather_subset: ['!all', 'network'] }))).toBe(true)
    expect(waits(written, of('setup', { gather_subset: ['!all', 'min'] }))).toBe(false)
    expect(waits(of('setup'), of('setup'))).toBe(false)
  })
  it('takes a module that nobody described for opaque, and says how to free it', () => {
    const footprint = of('acme.tools.thing')
    expect(footprint.opaque).toBe(
      'nothing is known about the module acme.tools.thing: say what it touches in madansible.yml',
    )
    expect(footprint.source).toBe('opaque')
  })
  it("does not use a built-in model for the repository's own module of that name", () => {
    const own = loadModel({ isOwnModule: name => name === 'copy' })
    expect(own.footprintOf(callOf('ansible.legacy.copy', { dest: '/x' })).opaque).toBeDefined()
    expect(own.footprintOf(callOf('ansible.legacy.file', { path: '/x' })).opaque).toBeUndefined()
  })
})

describe('assumptions', () => {
  // For each, two calls that may change places with it and must not without it.
  const cases: Record<string, readonly [earlier: TaskCall, later: TaskCall]> = {
    'no-unknown-links': [
      callOf('copy', { content: '', dest: '/srv/a' }),
      callOf('copy', { content: '', dest: '/srv/b' }),
    ],
    'packages-keep-to-system-directories': [
      callOf('apt', { name: 'x' }),
      callOf('copy', { content: '', dest: '/srv/b' }),
    ],
    'downloads-come-from-outside': [
      callOf('service', { name: 'nginx', state: 'started' }, { host: 'web2', target: 'web2' }),
      callOf('get_url', { url: 'https://example.org/x', dest: '/srv/x' }),
    ],
    'known-services-keep-to-their-files': [
      callOf('copy', { content: '', dest: '/opt/x' }),
      callOf('service', { name: 'nginx', state: 'started' }),
    ],
    'homes-are-in-home': [
      callOf('copy', { content: '', dest: '/srv/x' }),
      callOf('ansible.posix.authorized_key', { user: 'app', key: 'x' }),
    ],
    'unknown-parts-stay-below': [
      callOf('copy', { content: '', dest: '/srv/x' }),
      callOf('copy', { content: '', dest: `/etc/${UNKNOWN}` }),
    ],
    'read-only-commands': [
      callOf('copy', { content: '', dest: '/srv/x' }),
      callOf('command', { _raw_params: 'cat /etc/hosts' }),
    ],
    'containers-keep-inside': [
      callOf('copy', { content: '', dest: '/srv/x' }),
      callOf('community.docker.docker_container', { name: 'known' }),
    ],
    'facts-directories-only-look': [
      callOf('service', { name: 'nginx', state: 'started' }, { host: 'web2', target: 'web2' }),
      callOf('setup', { gather_subset: 'min' }),
    ],
  }
  it.each(ASSUMPTIONS.map(({ name }) => name))('can withdraw %s, and then keeps the order', async name => {
    const { mkdtempSync, writeFileSync } = await import('node:fs')
    const { join } = await import('node:path')
    const { tmpdir } = await import('node:os')
    const file = join(mkdtempSync(join(tmpdir(), 'madansible-inference-')), 'madansible.yml')
    writeFileSync(file, 'containers:\n  known: {serves: [], uses: []}\n')
    const [earlier, later] = cases[name] as readonly [TaskCall, TaskCall]
    const [trusting, careful] = [new Set<string>(), new Set([name])].map(withdrawn =>
      loadModel({ withdrawn, repositoryFile: file }),
    )
    const why = (one = trusting as NonNullable<typeof trusting>) =>
      whyWaits(one.footprintOf(earlier), one.footprintOf(later), [earlier.host, later.host])
    expect(why()).toBeUndefined()
    expect(trusting?.usedAssumptions.map(used => used.name)).toContain(name)
    expect(why(careful)).toBeDefined()
    expect(careful?.usedAssumptions.map(used => used.name)).not.toContain(name)
  })
  it('refuses a name that is none', () => {
    expect(() => loadModel({ withdrawn: new Set(['nonsense']) })).toThrow("There is no assumption called 'nonsense'")
  })
})
