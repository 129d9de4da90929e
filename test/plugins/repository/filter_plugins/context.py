"""Filters that ask for Jinja2's context, environment or evaluation context."""
from jinja2 import pass_context, pass_environment, pass_eval_context


@pass_context
def variable(context, name, default='-'):
    return context.get(name, default)


@pass_context
def resolved(context, name):
    return context.resolve(name)


@pass_context
def has(context, name):
    return name in context


@pass_context
def of_host(context, host, name):
    return context['hostvars'][host].get(name, 'nothing')


@pass_context
def hosts_with(context, name):
    hostvars = context.get('hostvars')
    return sorted(host for host in hostvars if name in hostvars[host])


@pass_context
def names(context, beginning):
    return sorted(name for name in context.get_all() if name.startswith(beginning))


@pass_environment
def through(environment, value, name):
    return environment.filters[name](value)


@pass_environment
def attribute(environment, value, name):
    return environment.getattr(value, name)


@pass_eval_context
def escapes(eval_context, value):
    return [value, eval_context.autoescape]


def filters_of_this_file():
    return {function.__name__: function for function in
            (variable, resolved, has, of_host, hosts_with, names, through, attribute, escapes)}


class FilterModule(object):
    def filters(self):
        return filters_of_this_file()
