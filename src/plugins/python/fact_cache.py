# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""The fact cache of a cache plugin that only exists in Python."""
from ansible.vars.fact_cache import FactCache


def make(host):
    opened = []

    def cache():
        if not opened:
            opened.append(FactCache())
        return opened[0]

    def operate(message):
        facts, name = cache(), message['host']
        operation = message['do']
        if operation == 'open':
            return None
        if operation == 'get':
            return [facts[name]] if name in facts else []
        if operation == 'has':
            return name in facts
        if operation == 'keys':
            return list(facts.keys())
        if operation == 'flush':
            return facts.flush()
        if operation == 'delete':
            return facts.pop(name, None) and None
        facts[name] = host.channel.wire.decode(message['facts'])
        return None

    return {'facts': operate}
