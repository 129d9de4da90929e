# Sixth part of the agent: background jobs. Mirrors lib/ansible/modules/async_wrapper.py (2.14): the same job file in
# the same directory, written by rename; the same answer; a watcher that kills the job's process group at its limit.
# A job outlives the agent.
WATCH_STEP = 5


def start_job(header, run):
    """In a child of the agent: starts the job and prints what async_wrapper prints. `run` is the module's whole life."""
    apply_environment(header)
    jid = '%s.%d' % (header['jid'], os.getpid())
    directory = os.path.expanduser(header.get('dir') or '~/.ansible_async')
    path = os.path.join(directory, jid)
    try:
        if not os.path.isdir(directory):
            os.makedirs(directory)
    except Exception as e:
        import traceback
        return answer({'failed': 1, 'msg': 'could not create directory: %s - %s' % (directory, e),
                       'exception': traceback.format_exc()}, 1)
    ready_read, ready_write = os.pipe()
    if os.fork() == 0:
        os.close(ready_read)
        leave(lambda: daemon(header, run, jid, path, ready_write))
    os.close(ready_write)
    # The starter waits, at most 2.5 seconds, for the job file to be there.
    select.select([ready_read], [], [], 2.5)
    return answer({'failed': 0, 'started': 1, 'finished': 0, 'ansible_job_id': jid, 'results_file': path,
                   '_ansible_suppress_tmpdir_delete': True}, 0)


def answer(result, code):
    sys.stdout.write(json.dumps(result) + '\n')
    sys.stdout.flush()
    return code


def daemon(header, run, jid, path, ready):
    os.setsid()
    os.umask(0o22)
    if os.fork():
        return 0
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    worker = os.fork()
    if worker == 0:
        return work(header, run, jid, path, ready)
    os.close(ready)
    try:
        os.setpgid(worker, worker)
    except OSError:
        pass
    watch(worker, path, header['limit'])
    for directory in header.get('cleanup', ()):
        remove_tree(directory)
    return 0


def watch(worker, path, limit):
    # async_wrapper sleeps one step before it begins to count; a job ends its watcher at once here.
    remaining = limit + WATCH_STEP
    while True:
        step_end = monotonic() + WATCH_STEP
        while monotonic() < step_end:
            if retry(os.waitpid, worker, os.WNOHANG) != (0, 0):
                return
            time.sleep(0.05 if step_end - monotonic() > WATCH_STEP - 1 else 0.5)
        remaining -= WATCH_STEP
        if remaining <= 0:
            write_job(path, {'msg': 'Timeout exceeded', 'failed': True, 'child_pid': worker})
            signal_group(worker, signal.SIGKILL)
            retry(os.waitpid, worker, 0)
            return


def write_job(path, info):
    with open(path + '.tmp', 'w') as job:
        job.write(json.dumps(info))
    os.rename(path + '.tmp', path)


def work(header, run, jid, path, ready):
    """Runs the module with its output captured and turns that into the job's result."""
    write_job(path, {'started': 1, 'finished': 0, 'ansible_job_id': jid})
    os.write(ready, b'1')
    os.close(ready)
    try:
        os.setpgid(0, 0)
    except OSError:
        pass
    result = {}
    out = err = ''
    try:
        out, err = capture(run)
        text, warnings = filter_json(out)
        result = json.loads(text)
        if warnings:
            own_warnings = result.get('warnings', [])
            result['warnings'] = (own_warnings if isinstance(own_warnings, list) else [own_warnings]) + warnings
        if err:
            result['stderr'] = err
    except (OSError, IOError) as e:
        result = {'failed': 1, 'cmd': header['name'], 'msg': '%s' % (e,), 'outdata': out, 'stderr': err, 'ansible_job_id': jid}
    except Exception:
        import traceback
        result = {'failed': 1, 'cmd': header['name'], 'data': out, 'stderr': err, 'msg': traceback.format_exc(), 'ansible_job_id': jid}
    write_job(path, result)
    return 0


def capture(run):
    """Output texts of `run` in a process of its own."""
    pipes = [os.pipe(), os.pipe()]
    pid = os.fork()
    if pid == 0:
        for number, (read_fd, write_fd) in enumerate(pipes):
            os.dup2(write_fd, number + 1)
            os.close(read_fd)
            os.close(write_fd)
        leave(run)
    chunks = {}
    for _, write_fd in pipes:
        os.close(write_fd)
    for read_fd, _ in pipes:
        chunks[read_fd] = []
    waiting = set(chunks)
    while waiting:
        for fd in retry(select.select, list(waiting), [], [])[0]:
            data = retry(os.read, fd, CHUNK)
            chunks[fd].append(data)
            if not data:
                waiting.discard(fd)
                os.close(fd)
    retry(os.waitpid, pid, 0)
    texts = [b''.join(chunks[read_fd]) for read_fd, _ in pipes]
    return [t.decode('utf-8', 'surrogateescape') for t in texts] if PY3 else texts


def filter_json(data):
    """The JSON object in a module's output, and a warning about what follows it."""
    lines = data.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip().startswith('{')), None)
    if first is None:
        raise ValueError('No start of json char found')
    last = next((i for i in range(len(lines) - 1, first - 1, -1) if lines[i].strip().endswith('}')), None)
    if last is None:
        raise ValueError('No end of json char found')
    junk = lines[last + 1:]
    warnings = ['Module invocation had junk after the JSON data: %s' % '\n'.join(junk)] if junk else []
    return '\n'.join(lines[first:last + 1]), warnings
