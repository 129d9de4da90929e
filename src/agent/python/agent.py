# Ninth part of the agent: the process the controller talks to. It holds no module_utils itself (zygotes do), answers
# file requests, starts commands, and limits how much runs at once. Guarantees: every request gets one answer; a lost
# controller ends all that runs here for it and removes what the agent made.
YOUNG = 1.0
MOST_CHILDREN = 256
BASE_ZYGOTES = 4


class Call(object):
    """A module or command, waiting or running."""

    def __init__(self, header, body):
        self.header, self.body = header, body
        self.id = header['id']
        self.started = None
        self.child = None
        self.link = None
        self.cancelled = None
        self.cleanup = []


class Agent(object):
    def __init__(self, read_fd, write_fd, limit):
        self.loop = Loop()
        self.nursery = Nursery(self.loop)
        self.channel = Channel(self.loop, read_fd, write_fd, self.frame, lambda: None)
        self.loop.on_terminate = self.channel.end
        self.surroundings = Surroundings()
        self.limit = limit
        self.payloads = {}
        self.calls = {}
        self.waiting = collections.deque()
        self.queues = {}
        self.young_timer = None
        self.zygotes = []
        self.homes = {}
        self.transfers = {}

    def serve(self):
        while self.channel.is_open:
            self.loop.step()
        for link in list(self.zygotes):
            link.channel.end()
        self.nursery.hangup()
        for transfer in list(self.transfers.values()):
            if isinstance(transfer, Incoming):
                transfer.abandon()
        deadline = monotonic() + KILL_GRACE + 1
        while self.nursery.others and monotonic() < deadline:
            self.nursery.reap()
            time.sleep(0.005)
        remove_private_directory()

    def frame(self, header, body):
        op = header['op']
        try:
            getattr(self, 'do_' + op)(header, body)
        except Exception as e:
            if 'id' in header:
                self.fail(header['id'], e)

    def fail(self, call_id, error):
        text = '%s' % (error,)
        if isinstance(error, (OSError, IOError)) and error.strerror:
            text = '%s: %s' % (error.strerror, error.filename) if error.filename else error.strerror
        elif not isinstance(error, (OSError, IOError)):
            text = '%s: %s' % (type(error).__name__, text)
        self.channel.send({'id': call_id, 'error': text, 'code': errno_name(error)})

    # Calls: first in their own queue, then for a free place, then in a child or a zygote.

    def do_payload(self, header, body):
        size = header.get('zip', len(body))
        keep_compiled(body[size:])
        self.payloads[header['sha']] = Payload(header['sha'], body[:size])

    def do_run(self, header, body):
        call = self.calls[header['id']] = Call(header, body)
        queue = header.get('queue')
        if queue is not None:
            line = self.queues.setdefault(queue, collections.deque())
            line.append(call)
            if len(line) > 1:
                return
        self.waiting.append(call)
        self.pump()

    do_exec = do_script = do_async = do_run

    def pump(self):
        while self.waiting:
            now = monotonic()
            running = [c.started for c in self.calls.values() if c.started is not None]
            young = [s for s in running if now - s < YOUNG]
            # What has been running for a while is mostly waiting for something: it may not keep others out.
            if len(young) >= self.limit or len(running) >= MOST_CHILDREN:
                if self.young_timer is None:
                    self.young_timer = self.loop.later(min(young) + YOUNG - now if young else YOUNG, self._aged)
                return
            call = self.waiting.popleft()
            call.started = now
            try:
                self.start(call)
            except Exception:
                failed_start(self.channel, call.id)
                self.finished(call)

    def _aged(self):
        self.young_timer = None
        self.pump()

    def start(self, call):
        header = self.surroundings.settings(call.header)
        op = header['op']
        if op == 'exec':
            argv, stdin = header['argv'], (call.body if header.get('stdin') else None)
            self.supervise(call, lambda extra: exec_program(argv, header), stdin, bool(header.get('tty')))
        elif op == 'script' or header.get('script'):
            self.start_script(call)
        else:
            self.start_module(call)

    def supervise(self, call, action, stdin=None, tty=False):
        def done(reply, outputs):
            self.clean(call)
            reply['id'], reply['out'] = call.id, len(outputs[0])
            self.channel.send(reply, b''.join(outputs))
            self.finished(call)
        call.child = self.nursery.spawn(action, done, stdin, tty, settings=call.header)
        if call.header.get('timeout'):
            call.child.timeout(call.header['timeout'])

    def finished(self, call):
        self.calls.pop(call.id, None)
        self.clean(call)
        queue = call.header.get('queue')
        if queue is not None:
            line = self.queues[queue]
            line.popleft()
            if line:
                self.waiting.append(line[0])
            else:
                del self.queues[queue]
        self.pump()

    @staticmethod
    def clean(call):
        """Removes what was put on disk for a call, before its answer is seen."""
        paths, call.cleanup = call.cleanup, []
        for path in paths:
            TEMPORARY.discard(path)
            try:
                remove_tree(path)
            except OSError:
                pass

    def start_script(self, call):
        header, body = call.header, call.body
        directory = make_temporary(header.get('tmp'), header.get('login'))
        is_job = header['op'] == 'async'
        if is_job:
            TEMPORARY.discard(directory)
            header['cleanup'] = [directory]
        else:
            call.cleanup.append(directory)
        path = os.path.join(directory, header['name'])
        size = header['size']
        parts = [header['shebang']] if header.get('shebang') else []
        parts.append(quote(path))
        self.write_file(path, body[:size], 0o700)
        if header.get('args'):
            args_path = os.path.join(directory, 'args')
            self.write_file(args_path, body[size:], 0o600)
            parts.append(quote(args_path))
        argv = ['/bin/sh', '-c', ' '.join(parts)]
        header['name'] = ' '.join(parts)
        if is_job:
            self.supervise(call, lambda extra: start_job(header, lambda: exec_program(argv, header)))
        else:
            self.supervise(call, lambda extra: exec_program(argv, header))

    @staticmethod
    def write_file(path, data, mode):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            write_all(fd, data)
        finally:
            os.close(fd)

    def start_module(self, call):
        header, payload = call.header, self.payloads[call.header['sha']]
        if header['op'] == 'async':
            directory = make_temporary(header.get('tmp'), header.get('login'))
            TEMPORARY.discard(directory)
            header['cleanup'] = [directory]
            header['modlib'] = payload.write(directory)
            payload.disk_path = None
            header['name'] = header['fqn']
        elif payload.needs_disk(header['fqn']):
            header['modlib'] = payload.write(private_directory())
        if wants_own_interpreter(header.get('env') or {}):
            self.start_interpreter(call, payload)
            return
        call.link = self.zygote_for(payload)
        call.link.run(payload, header, call.body)

    def start_interpreter(self, call, payload):
        """The module in an interpreter of its own, because the environment is meant for the interpreter."""
        header = call.header
        parts = [SOURCE[0], json.dumps(header).encode('ascii'), payload.data, call.body]
        loader = LOADER % (len(SOURCE[0]), 0, 'once(%r)' % ([len(p) for p in parts[1:]],))
        self.supervise(call, lambda extra: exec_program([sys.executable, '-c', loader], header), b''.join(parts))

    def zygote_for(self, payload):
        signature = self.surroundings.python_signature()
        stale = signature != self.surroundings.python
        if stale:
            self.surroundings.python = signature
            for link in list(self.zygotes):
                self.zygotes.remove(link)
                link.retire()
            self.homes.clear()
            self.restarted = True
        link = self.homes.get(payload.sha) or (self.zygotes[0] if self.zygotes else None)
        return link or self.new_zygote(payload)

    def new_zygote(self, payload):
        if len(self.zygotes) >= BASE_ZYGOTES:
            oldest = min(self.zygotes, key=lambda l: l.used)
            self.zygotes.remove(oldest)
            self.homes = dict((sha, l) for sha, l in self.homes.items() if l is not oldest)
            oldest.retire()
        if getattr(self, 'restarted', False):
            link = exec_zygote(self.loop, self.nursery, self.zygote_reply, self.zygote_lost, payload)
        else:
            link = fork_zygote(self.loop, self.nursery, self.zygote_reply, self.zygote_lost, payload)
        self.zygotes.append(link)
        self.homes[payload.sha] = link
        return link

    def zygote_reply(self, link, header, body):
        call = self.calls.get(header['id'])
        if call is None:
            return
        if header.get('incompatible'):
            payload = self.payloads[call.header['sha']]
            others = [l for l in self.zygotes if l is not link and payload.sha not in getattr(l, 'declined', ())]
            link.declined = getattr(link, 'declined', set()) | set([payload.sha])
            call.link = self.homes[payload.sha] = others[0] if others else self.new_zygote(payload)
            call.link.run(payload, call.header, call.body)
            return
        self.channel.send(header, body)
        self.finished(call)

    def zygote_lost(self, link, pending):
        if link in self.zygotes:
            self.zygotes.remove(link)
        self.homes = dict((sha, l) for sha, l in self.homes.items() if l is not link)
        for call_id in pending:
            call = self.calls.get(call_id)
            if call:
                self.channel.send({'id': call_id, 'rc': 1, 'out': 0}, b'the process that runs modules ended unexpectedly\n')
                self.finished(call)

    def do_kill(self, header, body):
        call = self.calls.get(header['id'])
        number = header.get('sig', signal.SIGTERM)
        if call is None:
            transfer = self.transfers.pop(header['id'], None)
            if isinstance(transfer, Incoming):
                transfer.abandon()
                self.fail(header['id'], OSError(errno.ECANCELED, 'transfer aborted', transfer.path))
        elif call.child:
            call.child.kill(number)
        elif call.link:
            call.link.kill(call.id, number)
        elif call.started is None:
            call.started = monotonic()
            if call in self.waiting:
                self.waiting.remove(call)
            self.channel.send({'id': call.id, 'rc': 128 + number, 'sig': number, 'out': 0})
            line = self.queues.get(call.header.get('queue'))
            if line and line[0] is not call:
                line.remove(call)
                call.header['queue'] = None
            self.finished(call)

    # Files.

    def do_put(self, header, body):
        transfer = Incoming(header['path'], header.get('mode'), header['size'], False)
        self.transfers[header['id']] = transfer
        self.do_data(header, body)

    def do_data(self, header, body):
        transfer = self.transfers.get(header['id'])
        if transfer is None:
            return
        try:
            complete = transfer.write(body)
        except Exception:
            del self.transfers[header['id']]
            raise
        if complete:
            del self.transfers[header['id']]
            self.channel.send({'id': header['id'], 'done': True})
        elif body:
            self.channel.send({'id': header['id'], 'ack': len(body)})

    def do_get(self, header, body):
        transfer = Outgoing(header['id'], header['path'], self.channel, header.get('credit', WINDOW))
        self.transfers[header['id']] = transfer
        self.do_ack({'id': header['id'], 'ack': 0}, b'')

    def do_ack(self, header, body):
        transfer = self.transfers.get(header['id'])
        if transfer:
            transfer.credit += header['ack']
            try:
                ended = transfer.pump()
            except Exception:
                del self.transfers[header['id']]
                disown(transfer.fd)
                raise
            if ended:
                del self.transfers[header['id']]

    def do_stat(self, header, body):
        path, follow = header['path'], header.get('follow')
        checksum = header.get('checksum')
        try:
            status = file_status(path, follow, False)
        except OSError as e:
            raise OSError(e.errno, e.strerror)  # the words of the stat module: without the path
        if not (checksum and status.get('reg')):
            self.channel.send(dict(status, id=header['id']))
        elif status['size'] < 1048576:
            self.channel.send(dict(file_status(path, follow, True), id=header['id']))
        else:
            # Reading a big file must not hold up the others.
            def done(reply, outputs):
                self.channel.send(dict(status, id=header['id'], sha1=to_native(outputs[0]).strip() or None))
            self.nursery.spawn(lambda extra: print_text(sha1_of(path) if os.access(path, os.R_OK) else ''), done)

    def do_mktemp(self, header, body):
        self.channel.send({'id': header['id'], 'path': make_temporary(header.get('base'), header.get('login'))})

    def do_rmtree(self, header, body):
        path = header['path']
        TEMPORARY.discard(path)

        def done(reply, outputs):
            self.channel.send({'id': header['id'], 'done': True})
        if not os.path.lexists(path):
            done({}, [])
        else:
            self.nursery.spawn(lambda extra: remove_tree(path), done)

    def do_expand(self, header, body):
        self.channel.send({'id': header['id'], 'path': os.path.expanduser(header['path'])})

    def do_exit(self, header, body):
        # On a terminal there is no end of input to tell it.
        self.channel.end()

    def do_ping(self, header, body):
        self.channel.send({'id': header['id'], 'done': True})
