# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Operations on objects that only exist here: what a filter gave that is no plain data."""
import operator

MISSING = object()
BINARY = {
    '+': operator.add, '-': operator.sub, '*': operator.mul, '/': operator.truediv, '//': operator.floordiv,
    '%': operator.mod, '**': operator.pow, '|': operator.or_, '&': operator.and_, '^': operator.xor, 'divmod': divmod,
    '<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge, '==': operator.eq,
}
UNARY = {
    '-': operator.neg, '+': operator.pos, 'abs': abs, 'int': int, 'float': float, 'index': operator.index, 'hash': hash,
    'round': round, 'length': len, 'truth': bool, 'repr': repr, 'iterate': list,
}


def make(host):
    decode = host.channel.wire.decode

    def operate(message):
        target = host.channel.wire.own[message['object']]
        operation = message['do']
        if operation == 'attribute':
            found = MISSING if message['key'].startswith('__') else getattr(target, message['key'], MISSING)
            return [] if found is MISSING else [found]
        if operation == 'item':
            return item(target, decode(message['key']))
        if operation == 'call':
            return target(*decode(message['args']), **decode(message['kwargs']))
        if operation == 'contains':
            return decode(message['key']) in target
        if operation == 'unary':
            return UNARY[message['operator']](target)
        return binary(message['operator'], target, decode(message['key']), message['reflected'])

    return {'object': operate}


def item(target, key):
    try:
        return [target[key]]
    except (TypeError, KeyError, IndexError):
        return []


def binary(name, target, other, reflected):
    """The result in a list, or none when these types do not have the operator."""
    function = BINARY[name]
    try:
        return [function(other, target) if reflected else function(target, other)]
    except TypeError:
        return []
