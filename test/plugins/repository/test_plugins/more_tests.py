from jinja2 import pass_context


def loud(value):
    return value == value.upper()


@pass_context
def known(context, name):
    return name in context


class TestModule(object):
    def tests(self):
        return {'loud': loud, 'known': known, 'even': lambda value: value == 'even'}
