# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""What plugins say through Ansible's Display goes to the controller, which shows it in its own way."""
import threading

# A thread that has a `tell` of its own is heard there.
local = threading.local()


def install(note, verbosity):
    """note(fields): tells the controller from the main thread."""
    from ansible.utils.display import Display
    # Looking for cowsay starts a program.
    Display.set_cowsay_info = lambda self: None

    def tell(**fields):
        getattr(local, 'tell', note)(fields)

    def display(self, msg, color=None, stderr=False, screen_only=False, log_only=False, newline=True):
        if not log_only:
            tell(kind='display', text=msg, stderr=stderr, color=color)

    def verbose(self, msg, host=None, caplevel=2):
        if self.verbosity > caplevel:
            tell(kind='verbose', level=caplevel + 1, text=msg, host=host)

    def deprecated(self, msg, version=None, removed=False, date=None, collection_name=None):
        if removed:
            from ansible.errors import AnsibleError
            raise AnsibleError(self.get_deprecation_message(msg, version=version, removed=removed, date=date,
                                                            collection_name=collection_name))
        tell(kind='deprecation', text=str(msg), version=None if version is None else str(version),
             date=None if date is None else str(date), collection=collection_name)

    Display.display = display
    Display.verbose = verbose
    Display.deprecated = deprecated
    Display.warning = lambda self, msg, formatted=False: tell(kind='warning', text=str(msg))
    Display.error = lambda self, msg, wrap_text=True: tell(kind='error', text=str(msg), wrap=wrap_text)
    Display().verbosity = verbosity
