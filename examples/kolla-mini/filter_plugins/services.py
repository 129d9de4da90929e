# Copyright the madansible authors
# GNU General Public License v3.0 or later (plugins run inside ansible-core, which is licensed so):
# https://www.gnu.org/licenses/gpl-3.0.txt
"""Filters over service dictionaries. They look variables up where the calling template runs."""
from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean
from jinja2 import pass_context


def is_enabled(service):
    if 'enabled' not in service:
        raise AnsibleFilterError("the service %s does not say whether it is enabled" % service.get('container_name'))
    return boolean(service['enabled'], strict=False)


@pass_context
def is_here(context, service):
    """Whether a service is enabled and belongs on this host."""
    if 'host_in_groups' in service:
        return is_enabled(service) and boolean(service['host_in_groups'], strict=False)
    return is_enabled(service) and service['group'] in context.get('group_names')


@pass_context
def services_here(context, services):
    return {name: service for name, service in services.items() if is_here(context, service)}


@pass_context
def service_address(context, service, host=None):
    """The address where a service listens on a host; on this one when none is given."""
    variables = context.get('hostvars').get(host or context.get('inventory_hostname'))
    return variables.get(service + '_address', variables.get('ansible_host'))


def service_url(address, port, path=''):
    host = '[%s]' % address if ':' in address else address
    return 'http://%s:%s%s' % (host, port, path)


def balancer_entries(services):
    """What the load balancer has to know, of all enabled services."""
    found = {}
    for service in services.values():
        if is_enabled(service):
            found.update(service.get('balancer', {}))
    return found


class FilterModule(object):
    def filters(self):
        return {function.__name__: function for function in (
            is_enabled, is_here, services_here, service_address, service_url, balancer_entries)}
