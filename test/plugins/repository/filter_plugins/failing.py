"""Filters that fail, each in its own way."""
from ansible.errors import (
    AnsibleError, AnsibleFilterError, AnsibleFilterTypeError, AnsibleOptionsError, AnsibleUndefinedVariable)
from jinja2.exceptions import TemplateRuntimeError, UndefinedError


class OwnError(Exception):
    pass


class OwnAnsibleError(AnsibleError):
    pass


ERRORS = {error.__name__: error for error in (
    AnsibleError, AnsibleFilterError, AnsibleFilterTypeError, AnsibleOptionsError, AnsibleUndefinedVariable, KeyError,
    OwnAnsibleError, OwnError, TemplateRuntimeError, TypeError, UndefinedError, ValueError, ZeroDivisionError)}


def fail_with(message, name):
    raise ERRORS[name](message)


class FilterModule(object):
    def filters(self):
        return dict(fail_with=fail_with)
