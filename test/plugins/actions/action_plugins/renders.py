"""Templates in all the ways that action plugins of repositories do, and says what came out and where it was rendered."""
import os

from ansible.errors import AnsibleError, AnsibleUndefinedVariable
from ansible.plugins.action import ActionBase
from ansible.template import Templar, generate_ansible_template_vars
from ansible.utils.unsafe_proxy import wrap_var


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super(ActionModule, self).run(tmp, task_vars)
        for name in sorted(dir(self)):
            if name.startswith('try_'):
                result[name] = self.attempt(getattr(self, name), task_vars)
        return result

    def attempt(self, function, task_vars):
        try:
            value = function(self._templar, task_vars)
            return {'value': value, 'type': type(value).__name__, 'unsafe': hasattr(value, '__UNSAFE__')}
        except AnsibleUndefinedVariable as error:
            return 'undefined: %s' % error
        except AnsibleError as error:
            return '%s: %s' % (type(error).__name__, error)

    def try_a_plain(self, templar, task_vars):
        return templar.template('{{ inner }} on {{ inventory_hostname }} by {{ item | default("nobody") }}')

    def try_b_types(self, templar, task_vars):
        return templar.template({'list': '{{ numbers }}', 'sum': '{{ numbers | sum }}', 'keep': '{{ "1" }}', '{{ inner }}': None})

    def try_c_convert(self, templar, task_vars):
        return [templar.do_template('{{ numbers }}', convert_data=convert) for convert in (True, False)]

    def try_d_undefined(self, templar, task_vars):
        return templar.template('{{ nothing.there }}')

    def try_e_lenient(self, templar, task_vars):
        return templar.template('{{ nothing.there }} stays', fail_on_undefined=False)

    def try_f_lookup(self, templar, task_vars):
        return templar.template('{{ lookup("env", "HOME") | length > 0 }} {{ lookup("pipe", "echo unsafe") }}')

    def try_g_no_lookup(self, templar, task_vars):
        return templar.template('{{ lookup("env", "HOME") }}', disable_lookups=True)

    def try_h_include(self, templar, task_vars):
        templar.environment.loader.searchpath = [os.path.join(self._loader.get_basedir(), 'parts')]
        return templar.template('{% include "part.j2" %}\n\n')

    def try_i_backslash(self, templar, task_vars):
        return [templar.template('{{ "a\\nb" }}', escape_backslashes=escape) for escape in (True, False)]

    def try_j_newlines(self, templar, task_vars):
        return [templar.template('{{ inner }}\n\n', preserve_trailing_newlines=keep) for keep in (True, False)]

    def try_k_changed(self, templar, task_vars):
        task_vars['inner'] = 'changed {{ numbers | first }}'
        templar.available_variables = task_vars
        return templar.template('{{ inner }} {{ outer }}')

    def try_l_in_place(self, templar, task_vars):
        before = templar.template('{{ tree.leaf }}')
        task_vars['tree']['leaf'] = 'in place'
        after = templar.template('{{ tree.leaf }}')
        task_vars['tree']['leaf'] = 'green'
        return [before, after, templar.template('{{ tree.leaf }}')]

    def try_m_other_variables(self, templar, task_vars):
        templar.available_variables = {'inner': 'alone'}
        try:
            return [templar.template('{{ inner }}'), templar.template('{{ outer | default("no outer") }}')]
        finally:
            templar.available_variables = task_vars

    def try_n_copy(self, templar, task_vars):
        file = generate_ansible_template_vars('part.j2', os.path.join(self._loader.get_basedir(), 'parts', 'part.j2'))
        copy = dict(task_vars.copy(), **file)
        return templar.copy_with_new_env(available_variables=copy).template('{{ inner }} {{ template_path }}')

    def try_o_context(self, templar, task_vars):
        with templar.set_temporary_context(variable_start_string='[[', variable_end_string=']]'):
            return templar.do_template('[[ inner ]] {{ inner }}')

    def try_z_filter(self, templar, task_vars):
        templar.environment.filters['shouted'] = lambda text: text.upper() + '!'
        return templar.template('{{ "loud" | shouted }}')

    def try_q_global(self, templar, task_vars):
        templar.environment.globals['answer'] = 42
        try:
            return templar.template('{{ answer }}')
        finally:
            del templar.environment.globals['answer']

    def try_r_overrides(self, templar, task_vars):
        return templar.template('<< inner >>', overrides={'variable_start_string': '<<', 'variable_end_string': '>>'})

    def try_s_header(self, templar, task_vars):
        return templar.template('#jinja2: trim_blocks: False\n{% if true %}\n{{ inner }}\n{% endif %}\n')

    def try_t_unsafe(self, templar, task_vars):
        return templar.template(wrap_var('{{ inner }}'))

    def try_u_bare(self, templar, task_vars):
        return templar.template('numbers', convert_bare=True)

    def try_v_single(self, templar, task_vars):
        return templar.template(['{{ empty }}', '{{ number }}', '{{ hostvars[inventory_hostname].outer }}'])

    def try_w_own(self, templar, task_vars):
        return Templar(loader=self._loader, variables=task_vars).template('{{ outer }}')

    def try_x_removed(self, templar, task_vars):
        gone = task_vars.pop('outer')
        return [gone, templar.template('{{ outer | default("gone") }}')]

    def try_y_syntax(self, templar, task_vars):
        return templar.template('{{ inner | nosuchfilter }} {% endif %}')
