# Fifth part of the agent: zygotes, processes that have module_utils imported and fork one child per module call.
# Guarantees: a module never sees the state another module left (fork per call); imported module_utils are byte for byte
# those of the module's own payload, else the zygote declines; a payload that imports more than `basic` gets a zygote
# of its own from its second call on, because importing is most of a module's cost.
SUB_ZYGOTES = 6
STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep


class ZygoteLink(object):
    """The other end of a zygote: what its parent process knows of it."""

    def __init__(self, loop, pid, read_fd, write_fd, on_reply, on_death):
        self.pid, self.on_reply, self.on_death = pid, on_reply, on_death
        self.channel = Channel(loop, read_fd, write_fd, self._frame, self._end)
        self.pending = {}
        self.sent = set()
        self.compiled = set()
        self.settings = None
        self.used = 0.0
        self.retired = False

    def run(self, payload, header, body):
        if payload.sha not in self.sent:
            self.sent.add(payload.sha)
            keys = [key for key in payload.crcs.items() if key not in self.compiled]
            self.compiled.update(keys)
            self.channel.send({'op': 'payload', 'sha': payload.sha, 'zip': len(payload.data)}, payload.data + bundle_compiled(keys))
        self.used = monotonic()
        self.pending[header['id']] = header
        self.channel.send(header, body)

    def kill(self, call_id, number):
        self.channel.send({'op': 'kill', 'id': call_id, 'sig': number})

    def retire(self):
        """No more calls; ends when the running ones have ended."""
        self.retired = True
        if not self.pending:
            self._close()

    def _frame(self, header, body):
        if 'id' in header and not header.get('learned'):
            self.pending.pop(header['id'], None)
        self.on_reply(self, header, body)
        if self.retired and not self.pending:
            self._close()

    def _close(self):
        self.channel.end()

    def _end(self):
        disown(self.channel.read_fd)
        disown(self.channel.write_fd)
        pending, self.pending = self.pending, {}
        self.on_death(self, pending)


def fork_zygote(loop, nursery, on_reply, on_death, payload, with_apt=False):
    """A new zygote forked from this process, with `payload`'s modules imported."""
    down_read, down_write = own_pipe()
    up_read, up_write = own_pipe()
    try:
        pid = os.fork()
    except OSError:
        for fd in (down_read, down_write, up_read, up_write):
            disown(fd)
        raise
    if pid == 0:
        leave(lambda: become_zygote(down_read, up_write, payload, with_apt))
    disown(down_read)
    disown(up_write)
    nursery.others[pid] = lambda status: None
    link = ZygoteLink(loop, pid, up_read, down_write, on_reply, on_death)
    link.sent.add(payload.sha)
    link.compiled.update(COMPILED)
    return link


def become_zygote(read_fd, write_fd, payload, with_apt):
    signal.set_wakeup_fd(-1)
    OPEN_FDS.difference_update((read_fd, write_fd))
    for fd in list(OPEN_FDS):
        disown(fd)
    null = os.open(os.devnull, os.O_RDWR)
    keep = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (read_fd, write_fd)]
    os.close(read_fd)
    os.close(write_fd)
    for number in (0, 1, 2):
        os.dup2(null, number)
    if null > 2:
        os.close(null)
    return Zygote(own(keep[0]), own(keep[1]), payload, with_apt).serve()


class Zygote(object):
    def __init__(self, read_fd, write_fd, payload, with_apt=False):
        self.loop = Loop()
        self.nursery = Nursery(self.loop)
        self.channel = Channel(self.loop, read_fd, write_fd, self.frame, self.end)
        self.loop.on_terminate = self.channel.end
        self.payloads = {payload.sha: payload}
        self.calls = {}
        self.runs = {}
        self.learned = {}
        self.links = {}
        self.loaded = {}
        self.verdicts = {}
        self.is_sub = CURRENT is not None
        self.parent = os.getppid()
        self.apt = None
        self.preload(payload)
        if with_apt:
            try:
                self.apt = AptCache()
            except BaseException:
                pass  # without python-apt the module says so, or installs it
        settle_memory(True)

    def preload(self, payload):
        """Imports what every module needs; a sub-zygote imports what its module was seen to import."""
        names = LEARNED.get(payload.sha) or ['ansible.module_utils.basic']
        enter_payload(payload)
        for name in names:
            try:
                __import__(name)
            except BaseException:
                pass
        crcs = payload.crcs
        self.loaded = dict((name, crcs[name]) for name in payload_modules().values() if name in crcs)
        if not self.is_sub:
            spawn_without_copying()
            look_sooner()

    def serve(self):
        while self.channel.is_open:
            self.loop.step()
        self.nursery.hangup()
        if not self.is_sub and os.getppid() != self.parent:
            # The agent itself died without cleaning up.
            remove_private_directory()
        return 0

    def end(self):
        for link in list(self.links.values()):
            link.channel.end()

    def frame(self, header, body):
        op = header['op']
        if op == 'payload':
            keep_compiled(body[header['zip']:])
            self.payloads[header['sha']] = Payload(header['sha'], body[:header['zip']])
        elif op == 'kill':
            self.kill(header)
        else:
            try:
                self.run(header, body)
            except Exception:
                failed_start(self.channel, header['id'])

    def compatible(self, payload):
        """Whether what is imported here is what the payload brings."""
        if payload.sha not in self.verdicts:
            crcs = payload.crcs
            self.verdicts[payload.sha] = all(crcs.get(n, crc) == crc for n, crc in self.loaded.items())
        return self.verdicts[payload.sha]

    def run(self, header, body):
        payload = self.payloads[header['sha']]
        if 'modlib' in header and 'jid' not in header:
            PRIVATE[0] = os.path.dirname(header['modlib'])
        if not self.compatible(payload):
            self.channel.send({'id': header['id'], 'incompatible': True})
            return
        link = self.link_for(payload, header)
        if link:
            link.run(payload, header, body)
            self.runs[header['id']] = link
            return
        self.fork_call(payload, header, body)

    def link_for(self, payload, header):
        """The zygote of this payload alone, if it has one or is to have one."""
        if self.is_sub:
            return None
        if payload.opens_apt is None:
            payload.opens_apt = payload.mentions(header['fqn'], b'import apt_pkg')
        settings = apt_settings() if payload.opens_apt and not apt_may_differ(header) else None
        if settings is None and payload.sha not in LEARNED:
            return None
        link = self.links.get(payload.sha)
        if link is not None and link.settings != settings:
            del self.links[payload.sha]
            link.retire()
            link = None
        if link is None:
            if len(self.links) >= SUB_ZYGOTES:
                idle = [l for l in self.links.values() if not l.pending]
                if not idle:
                    return None
                min(idle, key=lambda l: l.used).retire()
            try:
                link = fork_zygote(self.loop, self.nursery, self.relay, self.lost, payload, settings is not None)
            except OSError:
                return None
            link.settings = settings
            self.links[payload.sha] = link
            link.sha = payload.sha
        return link

    def relay(self, link, header, body):
        self.runs.pop(header.get('id'), None)
        self.channel.send(header, body)

    def lost(self, link, pending):
        self.links = dict((sha, l) for sha, l in self.links.items() if l is not link)
        for call_id in pending:
            self.runs.pop(call_id, None)
            self.channel.send({'id': call_id, 'rc': 1, 'out': 0}, b'the process that runs modules ended unexpectedly\n')

    def fork_call(self, payload, header, body):
        call_id, fqn = header['id'], header['fqn']
        found = payload.find(fqn)
        if found:
            try:
                payload.code(found[0])
            except Exception:
                pass  # the module's own process shows the error
        wants_report = payload.sha not in self.learned and payload.sha not in LEARNED
        if wants_report:
            self.learned[payload.sha] = True
        if self.apt:
            self.apt.refresh()
        modlib_path = header.get('modlib') or PAYLOAD_PATH
        if 'jid' in header:
            action = lambda extra: start_job(header, lambda: run_module_here(payload, fqn, body, header, header.get('modlib') or PAYLOAD_PATH))
        else:
            action = lambda extra: call_in_child(payload, fqn, body, header, modlib_path, extra, self.apt)

        def done(reply, outputs):
            self.calls.pop(call_id, None)
            if len(outputs) > 2 and outputs[2]:
                self.learn(payload, json.loads(outputs[2].decode('utf-8')))
            reply['id'], reply['out'] = call_id, len(outputs[0])
            self.channel.send(reply, outputs[0] + outputs[1])
        child = self.nursery.spawn(action, done, extra=wants_report and 'jid' not in header, settings=header)
        if header.get('timeout'):
            child.timeout(header['timeout'])
        self.calls[call_id] = child

    def learn(self, payload, report):
        """What the first call imported: standard library for all, module_utils for a zygote of that payload."""
        if report['payload'] and not self.is_sub:
            LEARNED[payload.sha] = report['stdlib'] + report['payload']
            return
        for name in report['stdlib'] + report['payload']:
            try:
                __import__(name)
            except BaseException:
                pass
        settle_memory(False)

    def kill(self, header):
        child = self.calls.get(header['id'])
        if child:
            child.kill(header.get('sig', signal.SIGTERM))
        elif header['id'] in self.runs:
            self.runs[header['id']].kill(header['id'], header.get('sig', signal.SIGTERM))


LEARNED = {}


def settle_memory(collect):
    """What is here stays: the collector of a forked child need not touch, and so copy, it."""
    import gc
    if collect:
        gc.collect()
    if hasattr(gc, 'freeze'):
        gc.freeze()


def call_in_child(payload, fqn, args, settings, modlib_path, report_fd, apt):
    before = set(sys.modules)
    if apt:
        apt.offer()
    code = run_module_here(payload, fqn, args, settings, modlib_path)
    if report_fd >= 0:
        report = {'stdlib': [], 'payload': []}
        for name, module in list(sys.modules.items()):
            if name in before or name == '__main__' or name.startswith('ansible.modules'):
                continue
            if isinstance(getattr(module, '__loader__', None), PayloadLoader):
                report['payload'].append(name)
            elif is_stdlib(module):
                report['stdlib'].append(name)
        write_all(report_fd, json.dumps(report).encode('utf-8'))
    return code


def is_stdlib(module):
    path = getattr(module, '__file__', None) or ''
    return path.startswith(STDLIB) and '-packages' + os.sep not in path


def errno_name(error):
    return errno.errorcode.get(getattr(error, 'errno', None), 'EAGENT')
