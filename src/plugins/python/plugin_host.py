# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Runs Ansible's Python plugins for the controller: imports the installed ansible-core once and stays.

Started with the folder of its FIFOs as the only argument; everything else, secrets too, comes through them.
Standard output belongs to the protocol; what plugins print goes to standard error.
"""
import os
import signal
import sys


def main():
    directory = sys.argv[1]
    # This folder must not hide modules of plugins.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path = [path for path in sys.path if os.path.abspath(path or '.') != here]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path.append(here)
    from channel import Channel, Disconnected
    from host import Host
    handlers = {}
    channel = Channel(directory, handlers)
    host = Host(channel)
    handlers.update(host.handlers())
    watch_parent()
    try:
        channel.serve_forever()
    except (Disconnected, KeyboardInterrupt):
        pass


def watch_parent():
    """Ends this process when the controller goes away, even by SIGKILL (Linux)."""
    try:
        import ctypes
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except Exception:  # not Linux: the FIFO's end is noticed at the next read only
        pass


main()
