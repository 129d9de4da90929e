class TestModule(object):
    def tests(self):
        return {'between': lambda value, low, high: low <= value <= high}
