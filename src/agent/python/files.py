# Seventh part of the agent: files. Guarantees: a transfer of any size moves in chunks under a credit window, so small
# calls are never held up by it; a failed write leaves no partial new file; everything the agent made for itself is
# gone when it ends.
import pwd

WINDOW = 1048576
PRIVATE = [None]
TEMPORARY = set()
# Directories above temporary ones that were made for them and that Ansible would not have left, the innermost last.
PASSING = []


def private_directory():
    """The agent's own directory (0700), made on first use where files can be written and executed."""
    if PRIVATE[0] is None:
        last = None
        for base in (os.environ.get('TMPDIR'), '/tmp', '/var/tmp', os.path.expanduser('~')):
            if not base or not os.path.isdir(base):
                continue
            path = PAYLOAD_PATH.rpartition('/')[0].rpartition('/')[2]
            path = os.path.join(base, path)
            try:
                os.mkdir(path, 0o700)
                probe = os.open(path + '/probe', os.O_WRONLY | os.O_CREAT, 0o700)
                os.write(probe, b'x')
                os.close(probe)
                os.unlink(path + '/probe')
                PRIVATE[0] = path
                break
            except OSError as e:
                last = e
                remove_tree(path)
        else:
            raise last or OSError(errno.ENOENT, 'no temporary directory')
    return PRIVATE[0]


def remove_private_directory():
    for path in [PRIVATE[0]] + list(TEMPORARY):
        if path:
            remove_tree(path)
    PRIVATE[0] = None
    while PASSING:
        try:
            os.rmdir(PASSING.pop())
        except OSError:
            pass


def remove_tree(path):
    import shutil
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    else:
        shutil.rmtree(path, True)


def make_temporary(base, login=None):
    """
    As ShellBase.mkdtemp: `~/.ansible/tmp/ansible-tmp-<time>-<pid>-<random>`, 0700 all the way. `~` is the home of the
    user who logged in, to whom the directories belong; '' stands for one that is not known: then nothing is left.
    """
    import random
    base, owner = base or '~/.ansible/tmp', None
    if login and base.startswith('~/'):
        try:
            owner = pwd.getpwnam(login)
            base = os.path.join(owner.pw_dir, base[2:])
        except KeyError:
            login = ''
    base = os.path.expanduser(os.path.expandvars(base))
    path = os.path.join(base, 'ansible-tmp-%s-%s-%s' % (time.time(), os.getpid(), random.SystemRandom().randint(0, 2 ** 48)))
    missing, parent = [path], base
    while parent and not os.path.exists(parent):
        missing.append(parent)
        parent = os.path.dirname(parent)
    mask = os.umask(0o77)
    try:
        for directory in reversed(missing):
            os.mkdir(directory, 0o700)
            if owner:
                give_away(directory, owner.pw_uid, owner.pw_gid)
    finally:
        os.umask(mask)
    TEMPORARY.add(path)
    if login == '':
        PASSING.extend(reversed(missing[1:]))
    return path


def make_own_parent(path):
    """A file in a temporary directory that is not there yet gets it (0700, of the same owner as the others) with it."""
    parent = os.path.dirname(path)
    base = os.path.dirname(parent)
    if os.path.basename(parent).startswith('ansible-tmp-') and os.path.isdir(base) and not os.path.lexists(parent):
        os.mkdir(parent, 0o700)
        TEMPORARY.add(parent)
        owner = [os.lstat(known) for known in TEMPORARY if parent.startswith(known) and known != parent]
        if owner:
            give_away(parent, owner[0].st_uid, owner[0].st_gid)


def give_away(path, uid, gid):
    try:
        os.lchown(path, uid, gid)
    except OSError:
        pass  # only root can, and for others it matters to nobody


def file_status(path, follow, checksum):
    """What the copy action asks of a path; the checksum only of regular files that can be read."""
    import stat
    try:
        link = os.lstat(path)
    except OSError as e:
        if e.errno in (errno.ENOENT, errno.ENOTDIR):
            return {'exists': False}
        raise
    info, is_link = link, stat.S_ISLNK(link.st_mode)
    if is_link and follow:
        try:
            info = os.stat(path)
        except OSError as e:
            if e.errno != errno.ENOENT:
                raise
            return {'exists': False}
        is_link = False
    result = {'exists': True, 'link': is_link, 'dir': stat.S_ISDIR(info.st_mode), 'reg': stat.S_ISREG(info.st_mode),
              'mode': stat.S_IMODE(info.st_mode), 'uid': info.st_uid, 'gid': info.st_gid, 'size': info.st_size,
              'mtime': info.st_mtime}
    if stat.S_ISLNK(link.st_mode):
        result['target'] = os.readlink(path)
    try:
        result['owner'] = pwd.getpwuid(info.st_uid).pw_name
    except KeyError:
        pass
    try:
        import grp
        result['group'] = grp.getgrgid(info.st_gid).gr_name
    except KeyError:
        pass
    if checksum and result['reg'] and os.access(path, os.R_OK):
        result['sha1'] = sha1_of(path)
    return result


def sha1_of(path):
    import hashlib
    try:
        digest = hashlib.sha1()
    except ValueError:
        return None
    with open(path, 'rb') as source:
        for block in iter(lambda: source.read(CHUNK), b''):
            digest.update(block)
    return digest.hexdigest()


class Incoming(object):
    """A file being written here."""

    def __init__(self, path, mode, size, made):
        self.path, self.size, self.received = path, size, 0
        self.existed = os.path.lexists(path)
        make_own_parent(path)
        self.fd = own(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if mode is None else mode))
        if mode is not None:
            try:
                os.fchmod(self.fd, mode)
            except OSError:
                if not made:
                    raise

    def write(self, data):
        """True when the file is complete."""
        try:
            write_all(self.fd, data)
        except Exception:
            self.abandon()
            raise
        self.received += len(data)
        if self.received < self.size:
            return False
        fd, self.fd = self.fd, -1
        OPEN_FDS.discard(fd)
        os.close(fd)
        return True

    def abandon(self):
        if self.fd >= 0:
            disown(self.fd)
            self.fd = -1
        if not self.existed:
            try:
                os.unlink(self.path)
            except OSError:
                pass


class Outgoing(object):
    """A file being read from here."""

    def __init__(self, call_id, path, channel, credit):
        self.id, self.channel, self.credit = call_id, channel, credit
        self.fd = own(os.open(path, os.O_RDONLY))
        if os.path.isdir(path):
            disown(self.fd)
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)

    def pump(self):
        """Sends what the window allows; True at the end."""
        while self.credit > 0:
            data = os.read(self.fd, min(CHUNK, self.credit))
            self.credit -= len(data)
            self.channel.send({'id': self.id, 'data': True} if data else {'id': self.id, 'eof': True}, data)
            if not data:
                disown(self.fd)
                return True
        return False
