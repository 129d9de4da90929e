"""Runs a program on a terminal of its own and answers it: converse.py ANSWERS PROGRAM ARGUMENT...

ANSWERS is JSON, a list of [text to wait for, text to type]. Prints what the terminal showed, then a line with the exit
status, and whether the terminal echoes again ("echo" or "silent").
"""
import json, os, pty, select, sys, termios, time

answers = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b''
seen = 0
deadline = time.monotonic() + 45
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 1)
    if ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    while answers:
        at = shown.find(answers[0][0].encode(), seen)
        if at < 0:
            break
        seen = at + len(answers[0][0])
        # A password prompt switches the echo off around the text it shows.
        time.sleep(0.2)
        os.write(terminal, answers.pop(0)[1].encode())
else:
    os.kill(pid, 9)
echoes = termios.tcgetattr(terminal)[3] & termios.ECHO
_, status = os.waitpid(pid, 0)
sys.stdout.write(shown.decode('utf-8', 'replace').replace('\r\n', '\n'))
print('\n%s %s' % (os.waitstatus_to_exitcode(status), 'echo' if echoes else 'silent'))
