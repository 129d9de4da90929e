"""Filters that show how values arrive, and that give back values of every kind."""
import datetime
import ipaddress
from collections import OrderedDict, namedtuple

from ansible.utils.native_jinja import NativeJinjaText
from ansible.utils.unsafe_proxy import wrap_var
from jinja2 import StrictUndefined

Point = namedtuple('Point', 'x y')


def kind(value):
    if isinstance(value, StrictUndefined):
        return 'undefined'
    if isinstance(value, list):
        return [kind(item) for item in value]
    if isinstance(value, dict):
        return {kind(key) + ':' + str(key): kind(item) for key, item in value.items()}
    return type(value).__name__


def echo(value):
    return value


def give(name):
    return {
        'tuple': (1, 'a', None), 'set': {3}, 'bytes': b'\x00\xff', 'float': 1.0, 'big': 12345678901234567890,
        'nan': float('nan'), 'inf': float('-inf'), 'date': datetime.date(2024, 2, 29),
        'moment': datetime.datetime(2024, 2, 29, 12, 30, 15, 250, tzinfo=datetime.timezone.utc),
        'naive': datetime.datetime(2024, 2, 29, 12, 30), 'span': datetime.timedelta(days=-1, seconds=5),
        'keys': {1: 'one', None: 'none', (1, 2): 'pair', True: 'yes'}, 'digits': {'b': 1, '10': 2, '9': 3},
        'bang': {'!': ['int', '5']}, 'ordered': OrderedDict([('z', 1), ('a', 2)]), 'point': Point(1, 2),
        'generator': (number * 2 for number in range(3)), 'items': {'a': 1}.items(), 'range': range(3),
        'unsafe': wrap_var('{{ not_a_variable }}'), 'unsafe list': wrap_var(['{{ x }}', 1]), 'none': None,
        'native': NativeJinjaText('[1, 2]'), 'text': '[1, 2]', 'surrogate': 'a\udc80b', 'emoji': '\U0001f600 \u00e9',
        'nested': {'a': [{'b': (1.5, {'c': None})}]}, 'empty': [[], {}, ''],
    }[name]


def address(text):
    return ipaddress.ip_address(text)


class Counter:
    def __init__(self, start):
        self.value = start

    def up(self, by=1):
        self.value += by
        return self

    def __str__(self):
        return 'counter at %d' % self.value

    def __getitem__(self, key):
        return 'item %s' % key

    def __iter__(self):
        return iter(range(self.value))

    def __len__(self):
        return self.value

    def __contains__(self, item):
        return item == self.value


class FilterModule(object):
    def filters(self):
        return {
            'kind': kind,
            'echo': echo,
            'give': give,
            'address': address,
            'counter': Counter,
        }
