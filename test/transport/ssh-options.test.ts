// Which options the ssh2 transport obeys, which send a host to OpenSSH, and that none is lost.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConnectionSettings, connectionDefaults, sshFarewell } from '../../src/transport/index.js'
import { splitWords, sshCommandLine } from '../../src/transport/ssh-command-line.js'
import { type OpenSshPlan, planSsh, type Ssh2Plan } from '../../src/transport/ssh-plan.js'

const hasSsh = spawnSync('ssh', ['-V']).error === undefined
let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'ssh-options-'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function settings(
  args: string,
  changes: Partial<ConnectionSettings> = {},
  common = '',
  extra = '',
): ConnectionSettings {
  const base = connectionDefaults('web1')
  return {
    ...base,
    address: 'web1.example',
    ...changes,
    ssh: { args, commonArgs: common, extraArgs: extra, executable: 'ssh' },
  }
}
const ssh2 = (hostSettings: ConnectionSettings): Ssh2Plan => {
  const plan = planSsh(hostSettings)
  expect(plan.kind, (plan as OpenSshPlan).reason).toBe('ssh2')
  return plan as Ssh2Plan
}
const reason = (args: string, changes: Partial<ConnectionSettings> = {}): string => {
  const plan = planSsh(settings(`-F none ${args}`, changes))
  return plan.kind === 'openssh' ? plan.reason : 'ssh2'
}
const configured = (text: string, args = '', changes: Partial<ConnectionSettings> = {}): ConnectionSettings => {
  const path = join(scratch, 'config')
  rmSync(path, { force: true })
  writeFileSync(path, text, { mode: 0o600 })
  // Files are read once a run: every case gets its own.
  const own = join(scratch, `config-${Math.random()}`)
  writeFileSync(own, text, { mode: 0o600 })
  return settings(`-F ${own} ${args}`, changes)
}

describe('ssh arguments', () => {
  it('are put together in the order of Ansible', () => {
    const all = settings(
      '-C -o A=1',
      { hostKeyChecking: false, port: 2200, user: 'deploy', privateKeyFile: '/keys/k', timeoutSeconds: 7 },
      '-o B=2',
      '-o C=3',
    )
    expect(sshCommandLine(all).args).toEqual([
      '-C',
      '-o',
      'A=1',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'Port=2200',
      '-o',
      'IdentityFile="/keys/k"',
      '-o',
      'KbdInteractiveAuthentication=no',
      '-o',
      'PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey',
      '-o',
      'PasswordAuthentication=no',
      '-o',
      'User="deploy"',
      '-o',
      'ConnectTimeout=7',
      '-o',
      'B=2',
      '-o',
      'C=3',
    ])
    expect(sshCommandLine({ ...all, password: 'x' }).args.join(' ')).not.toContain('PasswordAuthentication')
  })

  it('are split as a shell splits them', () => {
    expect(splitWords(`-o "A=b c" -o'D e' x\\ y '' "q\\"r\\n"`)).toEqual(['-o', 'A=b c', '-oD e', 'x y', 'q"r\\n'])
    expect(() => splitWords('-o "open')).toThrow('No closing quotation')
  })

  it('of Ansible itself and the usual ones are understood by ssh2', () => {
    const plan = ssh2(
      settings(
        '-F none -o ControlMaster=auto -o ControlPersist=60s -C -q -vvv -4',
        { port: 2222, user: 'u', privateKeyFile: '/k', hostKeyChecking: false },
        '-o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null -oServerAliveInterval=1m -o ServerAliveCountMax=5 -p 99 -l other -i /second -A',
      ),
    )
    expect(plan).toMatchObject({
      port: 2222,
      user: 'u',
      family: 4,
      hostKeyPolicy: 'no',
      userKnownHosts: ['/dev/null'],
      keepaliveSeconds: 60,
      keepaliveCount: 5,
      connectTimeoutSeconds: 10,
      compression: true,
      forwardAgent: true,
      methods: ['publickey'],
    })
    expect(plan.identityFiles.map(file => file.path)).toEqual(['/k', '/second'])
  })

  it('give the first setting of an option the last word', () => {
    expect(
      ssh2(settings('-F none -o User=first -o ConnectTimeout=3', { user: 'second', timeoutSeconds: 9 })),
    ).toMatchObject({ user: 'first', connectTimeoutSeconds: 3 })
  })

  it.each([
    ['-J bastion', 'ssh option proxyjump bastion'],
    ['-o ProxyCommand="nc %h %p"', 'ssh option proxycommand nc %h %p'],
    ['-o ProxyCommand=none', 'ssh2'],
    ['-L 80:x:80', 'ssh option localforward 80:x:80'],
    ['-o Ciphers=aes128-ctr', 'ssh option ciphers aes128-ctr'],
    ['-o HostKeyAlgorithms=+ssh-rsa', 'ssh option hostkeyalgorithms +ssh-rsa'],
    ['-o CertificateFile=/x', 'ssh option certificatefile /x'],
    ['-o SomethingNew=1', 'ssh option somethingnew 1'],
    ['-Z', 'ssh argument -Z'],
    ['-o RequestTTY=force', 'ssh option requesttty force'],
    ['-o RequestTTY=no', 'ssh2'],
  ])('%s: %s', (args, expected) => {
    expect(reason(args)).toBe(expected)
  })

  it('send hosts with certificates, hardware keys, another ssh or a smart card to OpenSSH', () => {
    const key = join(scratch, 'key')
    writeFileSync(`${key}-cert.pub`, 'ssh-ed25519-cert-v01@openssh.com x')
    expect(reason('', { privateKeyFile: key })).toBe(`certificate ${key}-cert.pub`)
    const hardware = join(scratch, 'sk')
    writeFileSync(`${hardware}.pub`, 'sk-ssh-ed25519@openssh.com x')
    expect(reason('', { privateKeyFile: hardware })).toBe(`hardware key ${hardware}`)
    expect(reason('', { pkcs11Provider: '/lib/p11.so' })).toBe('pkcs11_provider is set')
    const authority = join(scratch, 'authority')
    writeFileSync(authority, '@cert-authority *.example ssh-ed25519 AAAA\n')
    expect(reason(`-o UserKnownHostsFile=${authority}`)).toBe(`@cert-authority in ${authority}`)
    const other = planSsh({ ...settings('-F none'), ssh: { ...settings('-F none').ssh, executable: '/opt/ssh' } })
    expect(other).toMatchObject({ kind: 'openssh', reason: 'ssh_executable is /opt/ssh' })
  })

  it('word the end of a terminal as ssh does', () => {
    expect(sshFarewell(settings('-o ControlMaster=auto'))).toBe('Shared connection to web1.example closed.\r\n')
    expect(sshFarewell(settings(''))).toBe('Connection to web1.example closed.\r\n')
    expect(sshFarewell(settings('-Cq -o ControlMaster=auto'))).toBe('')
    expect(sshFarewell(settings('-o LogLevel=ERROR'))).toBe('')
  })
})

describe('ssh_config', () => {
  it('applies to the hosts it names', () => {
    const text = `
# comment
Host other
  User wrong
Host web* !web2*
  HostName 10.0.0.7
  Port=2022
  User "deploy"
  IdentityFile ~/.ssh/special_%h
  IdentitiesOnly yes
Host *
  User late
  StrictHostKeyChecking accept-new
  SendEnv LANG LC_*
  HashKnownHosts yes
  GSSAPIAuthentication no
`
    expect(ssh2(configured(text))).toMatchObject({
      host: '10.0.0.7',
      port: 2022,
      user: 'deploy',
      identitiesOnly: true,
      hostKeyPolicy: 'accept-new',
      hashKnownHosts: true,
      identityFiles: [{ path: join(userInfo().homedir, '.ssh/special_10.0.0.7'), isDefault: false }],
    })
    expect(ssh2({ ...configured(text), address: 'web2.example' })).toMatchObject({
      host: 'web2.example',
      port: 22,
      user: 'late',
    })
    expect(ssh2(configured(text, '', { user: 'cli', port: 1 }))).toMatchObject({ user: 'cli', port: 1 })
  })

  it('decides for OpenSSH only for the hosts concerned', () => {
    const text = 'Host web*\n  ProxyJump bastion\nHost db*\n  User dba\n'
    expect(planSsh(configured(text))).toMatchObject({ kind: 'openssh', reason: 'ssh option proxyjump bastion' })
    expect(ssh2({ ...configured(text), address: 'db1' }).user).toBe('dba')
  })

  it('is read through Include and simple Match, and leaves other Match to OpenSSH', () => {
    mkdirSync(join(scratch, 'parts'), { recursive: true })
    writeFileSync(join(scratch, 'parts', 'a.conf'), 'Port 1001\nHost nothing\n  User never\n')
    writeFileSync(join(scratch, 'parts', 'b.conf'), 'Port 1002\n')
    expect(ssh2(configured(`Include ${scratch}/parts/*.conf\nUser after\n`))).toMatchObject({
      port: 1001,
      user: 'after',
    })
    expect(
      ssh2(configured('Match host web1.* user deploy\n  Port 7\nMatch all\n  Port 8\n', '', { user: 'deploy' })).port,
    ).toBe(7)
    expect(
      ssh2(configured('Match host web1.* user deploy\n  Port 7\nMatch all\n  Port 8\n', '', { user: 'x' })).port,
    ).toBe(8)
    expect(ssh2(configured('Match !host web1.*\n  Port 7\n')).port).toBe(22)
    expect(planSsh(configured('Match exec "true"\n  Port 7\n'))).toMatchObject({
      kind: 'openssh',
      reason: expect.stringContaining('Match exec'),
    })
  })

  it.runIf(hasSsh)('means to ssh what it means here', () => {
    const texts = [
      'Host web1.example\n HostName real-%h\n Port 77\nHost *\n User=joe\n ConnectTimeout 1m30s\n ServerAliveInterval 15\n',
      'Host a web?.example\n UserKnownHostsFile /a /b\n StrictHostKeyChecking off\n HostKeyAlias Alias\n PreferredAuthentications publickey\n',
      'Match originalhost web1.example\n AddressFamily inet6\n IdentityAgent none\n IdentityFile /x/%r@%p\n User %%\n',
    ]
    for (const text of texts) {
      const host = configured(text, '', { timeoutSeconds: 5 })
      const { args } = sshCommandLine(host)
      const said = spawnSync('ssh', ['-G', ...args, host.address], { encoding: 'utf8' }).stdout
      const value = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(said)?.[1] ?? ''
      const plan = ssh2(host)
      expect(
        [plan.host, String(plan.port), String(plan.connectTimeoutSeconds), String(plan.keepaliveSeconds)],
        text,
      ).toEqual(['hostname', 'port', 'connecttimeout', 'serveraliveinterval'].map(value))
      expect(plan.userKnownHosts.join(' ')).toBe(value('userknownhostsfile').replaceAll('~', userInfo().homedir))
      if (!text.includes('%%')) expect(plan.user).toBe(value('user'))
    }
  })
})
