# Copyright the madansible authors
# GNU General Public License v3.0 or later (this program imports ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""A vault whose passwords stay on the controller: it is asked to open texts."""
from ansible.module_utils._text import to_bytes, to_text
from ansible.parsing.vault import VaultLib, VaultSecret


class RemoteVault(VaultLib):
    def __init__(self, ask):
        self._ask = ask
        self._plain = {}
        self._secrets = None
        super(RemoteVault, self).__init__()

    # For plugins that use the passwords themselves.
    @property
    def secrets(self):
        if self._secrets is None:
            found = self._ask({'ask': 'secrets'})
            self._secrets = [(name, VaultSecret(password)) for name, password in found]
        return self._secrets

    @secrets.setter
    def secrets(self, value):
        self._secrets = value or None

    def decrypt(self, vaulttext, filename=None, obj=None):
        return self.decrypt_and_get_vault_id(vaulttext, filename=filename, obj=obj)[0]

    def decrypt_and_get_vault_id(self, vaulttext, filename=None, obj=None):
        text = to_text(vaulttext)
        if text not in self._plain:
            name = None if filename is None else to_text(filename)
            self._plain[text] = self._ask({'ask': 'decrypt', 'text': text, 'file': name})
        return to_bytes(self._plain[text]), None, None
