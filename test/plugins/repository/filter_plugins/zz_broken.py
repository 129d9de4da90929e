"""Cannot be imported."""
import no_such_module_anywhere  # noqa: F401


class FilterModule(object):
    def filters(self):
        return {'broken': str}
