# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Runs Ansible's Python plugins for the controller: imports the installed ansible-core once and stays.

Started without arguments. Everything, secrets too, comes through pipes that the controller opened:
3 requests, 4 replies (channel.py), 5 a two-way stream for what runs beside them.
Standard output and standard error go where the controller shows them.
"""
import atexit
import importlib.machinery
import importlib.util
import os
import signal
import sys

REQUESTS, REPLIES, STREAM = 3, 4, 5


def make_package():
    """This folder as the package madansible_plugins, so that none of its names hides a module of a plugin."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or '.') != here]
    spec = importlib.machinery.ModuleSpec('madansible_plugins', None, is_package=True)
    spec.submodule_search_locations.append(here)
    sys.modules['madansible_plugins'] = importlib.util.module_from_spec(spec)


def main():
    for descriptor in (REQUESTS, REPLIES, STREAM):
        os.set_inheritable(descriptor, False)
    make_package()
    sys.argv[:] = ['ansible-playbook']
    sys.stdout.reconfigure(line_buffering=True)
    from madansible_plugins.channel import Channel, Disconnected
    from madansible_plugins.host import Host
    channel = Channel(REQUESTS, REPLIES)
    os.register_at_fork(after_in_child=channel.close)
    host = Host(channel, STREAM)
    signal.signal(signal.SIGINT, channel.interrupt)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        channel.serve_forever(host.handle)
    except (Disconnected, SystemExit):
        pass
    end()


def end():
    """Cleans up as at any exit, but does not wait for threads of plugins."""
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(0)


main()
