"""Prints what a deployment left, one line a fact, so that two end states can be compared as text.

host-state.py LAYER: files of configuration, data and home directories (kind, mode, owner, content) in the layer of
what was written on a host. host-state.py: packages of this host and its services. Left out is what differs between
any two runs (logs, caches, keys made at random, process ids).
"""
import hashlib
import os
import stat
import subprocess
import sys

ROOTS = ['/etc', '/srv', '/opt', '/root', '/home', '/usr/local', '/var/www', '/var/spool/cron']
LEFT_OUT = ('/etc/ssh/throw_away', '/etc/ssl', '/etc/machine-id', '/root/.ssh', '/root/.cache', '/etc/ld.so.cache',
            '/etc/.pwd.lock', '/etc/passwd-', '/etc/shadow-', '/etc/group-', '/etc/gshadow-', '/root/.npm',
            '/usr/local/lib/node_modules', '/root/.pyenv', '/etc/mysql/debian.cnf', '/var/www/html/index')

# Where Ansible keeps what a run needs: a cut or concurrent run leaves something there now and then.
SCRATCH = ('/.ansible/tmp', '/.ansible/cp')


def describe(path):
    status = os.lstat(path)
    mode = '%s %s:%s' % (stat.filemode(status.st_mode), status.st_uid, status.st_gid)
    if stat.S_ISLNK(status.st_mode):
        return '%s -> %s' % (mode, os.readlink(path))
    if stat.S_ISREG(status.st_mode):
        with open(path, 'rb') as handle:
            return '%s %s' % (mode, hashlib.sha256(handle.read()).hexdigest()[:16])
    return mode


def is_state(path):
    return not path.startswith(LEFT_OUT) and not path.endswith(SCRATCH)


def files(layer):
    for root in ROOTS:
        for directory, names, leaves in os.walk(layer + root):
            place = directory[len(layer):]
            names[:] = sorted(n for n in names if is_state(os.path.join(place, n)))
            for name in sorted(names + leaves):
                path = os.path.join(place, name)
                if is_state(path):
                    yield 'file %s %s' % (path, describe(layer + path))


def packages():
    listing = subprocess.run(['dpkg-query', '-W', '-f', '${Package} ${Version} ${db:Status-Status}\n'],
                             stdout=subprocess.PIPE, universal_newlines=True, check=True)
    return ('package ' + line for line in listing.stdout.splitlines())


def processes():
    names = set()
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/comm' % pid) as handle:
                names.add(handle.read().strip())
        except OSError:
            continue
    return ('process %s' % name for name in sorted(names & {'mariadbd', 'apache2'}))


for fact in files(sys.argv[1]) if len(sys.argv) > 1 else [*packages(), *processes()]:
    print(fact)
