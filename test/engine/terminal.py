"""Runs a command on a terminal of its own and answers its questions.

    terminal.py '[["question", "answer"], ...]' command argument...

Prints everything that was shown, then `exit N`. Ends with an error when a question does not come.
"""
import json
import os
import pty
import select
import sys

TIMEOUT_SECONDS = 60


def main():
    answers = [(question.encode(), answer.encode()) for question, answer in json.loads(sys.argv[1])]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = b''
    searched = 0
    while True:
        ready, _, _ = select.select([terminal], [], [], TIMEOUT_SECONDS)
        if not ready:
            sys.exit('nothing was shown for %d seconds after %r' % (TIMEOUT_SECONDS, shown[-200:]))
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
        while answers:
            found = shown.find(answers[0][0], searched)
            if found < 0:
                break
            searched = found + len(answers[0][0])
            os.write(terminal, answers.pop(0)[1] + b'\n')
    _, status = os.waitpid(child, 0)
    if answers:
        sys.exit('was not asked %r; shown:\n%s' % (answers[0][0], shown.decode()))
    sys.stdout.write(shown.decode().replace('\r', ''))
    print('exit %d' % os.waitstatus_to_exitcode(status))


main()
