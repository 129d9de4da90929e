// Throw-away SSH hosts on this machine: each is an sshd of its own on a loopback address, in a root of its own (an
// overlay over this machine's root, in private mount, pid and uts namespaces). What a host changes stays in its
// overlay and disappears with it. Needs root on Linux.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import path from 'node:path'

const PORT = 2299

// Runs inside the new namespaces: builds the root, then becomes its sshd (which is process 1 of the host).
const HOST_SCRIPT = `
set -e
directory=$1 name=$2 address=$3 port=$4 packages=$5
mount --make-rprivate /
mount -t tmpfs -o mode=755,size=2g tmpfs "$directory"
mkdir "$directory/upper" "$directory/work" "$directory/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" "$directory/root"
root=$directory/root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || mount --rbind /sys "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/run/sshd" "$root/run/lock" "$root/var/cache/apt/archives"
if [ -n "$packages" ]; then
  mkdir "$directory/debs" "$directory/debs-work"
  mount -t overlay overlay -o "lowerdir=$packages,upperdir=$directory/debs,workdir=$directory/debs-work" "$root/var/cache/apt/archives"
fi
# The folder below may be changing just now.
for attempt in 1 2 3 4 5; do rm -rf "$root/root/.ssh" "$root/root/.ansible" && break; done
# What this machine's root has its shell do is no part of a host: it may be slow, or wait for a lock that a cut connection left.
rm -f "$root"/root/.bashrc "$root"/root/.bash_profile "$root"/root/.bash_login "$root"/root/.profile "$root"/root/.zshenv
mkdir -m 700 "$root/root/.ssh"
cp "/proc/self/fd/9" "$root/root/.ssh/authorized_keys"
printf '#!/bin/sh\\nexit 101\\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
printf '%s\\n' "$name" >"$root/etc/hostname"
printf '127.0.0.1 localhost\\n%s %s\\n' "$address" "$name" >"$root/etc/hosts"
hostname "$name"
cat >"$root/etc/ssh/throw_away_config" <<CONFIG
Port $port
ListenAddress $address
HostKey /etc/ssh/throw_away_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
MaxStartups 100
CONFIG
rm -f "$root/etc/ssh/throw_away_key"
ssh-keygen -q -t ed25519 -N '' -f "$root/etc/ssh/throw_away_key"
exec chroot "$root" /usr/sbin/sshd -D -e -f /etc/ssh/throw_away_config
`

/**
 * Starts hosts and waits until each answers.
 * @param {readonly string[]} names
 * @param {{ packages?: string, network?: string }} options `packages`: a folder of .deb files that every host starts with;
 *   `network`: the first three bytes of their addresses
 * @returns {Promise<{ hosts: {name: string, address: string, port: number, root: string}[], key: string, knownHosts: string,
 *   stop: () => void }>}
 */
export async function startHosts(names, options = {}) {
  const network = options.network ?? `127.77.${1 + (process.pid % 250)}`
  const directory = mkdtempSync('/var/tmp/madansible-hosts-')
  chmodSync(directory, 0o755)
  const key = path.join(directory, 'key')
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const hosts = names.map((name, index) => start(name, `${network}.${11 + index}`))
  const stop = () => {
    for (const host of hosts) host.process.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    for (const host of hosts) await answers(host)
    const knownHosts = path.join(directory, 'known_hosts')
    writeFileSync(knownHosts, hosts.map(host => run('ssh-keyscan', ['-p', String(PORT), host.address])).join(''))
    return { hosts, key, knownHosts, directory, stop }
  } catch (error) {
    stop()
    throw error
  }

  function start(name, address) {
    const place = path.join(directory, name)
    mkdirSync(place)
    const child = spawn(
      'unshare',
      [
        '--mount',
        '--pid',
        '--uts',
        '--ipc',
        '--fork',
        '--kill-child',
        'bash',
        '-c',
        `exec 9<"$0.pub"; ${HOST_SCRIPT}`,
        key,
        place,
        name,
        address,
        String(PORT),
        options.packages ?? '',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let errors = ''
    child.stderr.on('data', chunk => {
      errors = (errors + chunk).slice(-4000)
    })
    return { name, address, port: PORT, process: child, root: path.join(place, 'root'), errors: () => errors }
  }
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr || result.error?.message}`)
  return result.stdout
}

async function answers(host) {
  for (;;) {
    if (host.process.exitCode !== null) throw new Error(`host ${host.name} did not start: ${host.errors()}`)
    const open = await new Promise(resolve => {
      const socket = createConnection({ host: host.address, port: host.port })
      socket
        .once('data', () => resolve(true))
        .once('error', () => resolve(false))
        .once('close', () => resolve(false))
    })
    if (open) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Where this machine sees what has been written on a host since it started; what was deleted is a character device there. */
export function layerOf(host) {
  return `/proc/${host.process.pid}/root${path.join(path.dirname(host.root), 'upper')}`
}

/** An INI inventory of the hosts; `groups` maps a group to host names. */
export function inventory(lab, groups) {
  const lines = ['[all:vars]', 'ansible_user=root', 'ansible_python_interpreter=/usr/bin/python3']
  lines.push(
    `ansible_ssh_private_key_file=${lab.key}`,
    `ansible_ssh_common_args=-o UserKnownHostsFile=${lab.knownHosts}`,
  )
  for (const [group, members] of Object.entries(groups)) {
    lines.push('', `[${group}]`)
    for (const name of members) {
      const host = lab.hosts.find(each => each.name === name)
      lines.push(`${name} ansible_host=${host.address} ansible_port=${host.port}`)
    }
  }
  return `${lines.join('\n')}\n`
}

/** A command on a host as root; its standard output. */
export function onHost(lab, name, command) {
  const host = lab.hosts.find(each => each.name === name)
  return run('ssh', [
    '-i',
    lab.key,
    '-o',
    `UserKnownHostsFile=${lab.knownHosts}`,
    '-p',
    String(host.port),
    `root@${host.address}`,
    command,
  ])
}
