// Options of the become plugins.
// Names, types, defaults and sources are those that the plugins of ansible-core 2.14 and of its usual collections document.
import type { PluginTable } from './definition.js'

export const BECOME_PLUGINS: PluginTable = {
  'become/sudo': {
    become_exe: {
      default: 'sudo',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_SUDO_EXE'],
      ini: ['privilege_escalation.become_exe', 'sudo_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_sudo_exe'],
      keyword: ['become_exe'],
    },
    become_flags: {
      default: '-H -S -n',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_SUDO_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'sudo_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_sudo_flags'],
      keyword: ['become_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_SUDO_PASS'],
      ini: ['sudo_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
    },
    become_user: {
      default: 'root',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_SUDO_USER'],
      ini: ['privilege_escalation.become_user', 'sudo_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_sudo_user'],
      keyword: ['become_user'],
    },
  },
  'become/su': {
    become_exe: {
      default: 'su',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_SU_EXE'],
      ini: ['privilege_escalation.become_exe', 'su_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_su_exe'],
      keyword: ['become_exe'],
    },
    become_flags: {
      default: '',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_SU_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'su_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_su_flags'],
      keyword: ['become_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_SU_PASS'],
      ini: ['su_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_su_pass'],
    },
    become_user: {
      default: 'root',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_SU_USER'],
      ini: ['privilege_escalation.become_user', 'su_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_su_user'],
      keyword: ['become_user'],
    },
    prompt_l10n: {
      type: 'list',
      default: [],
      env: ['ANSIBLE_SU_PROMPT_L10N'],
      ini: ['su_become_plugin.localized_prompts'],
      vars: ['ansible_su_prompt_l10n'],
    },
  },
  'become/community.general.doas': {
    become_exe: {
      default: 'doas',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_DOAS_EXE'],
      ini: ['privilege_escalation.become_exe', 'doas_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_doas_exe'],
    },
    become_flags: {
      default: '',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_DOAS_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'doas_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_doas_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_DOAS_PASS'],
      ini: ['doas_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_doas_pass'],
    },
    become_user: {
      default: null,
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_DOAS_USER'],
      ini: ['privilege_escalation.become_user', 'doas_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_doas_user'],
    },
    prompt_l10n: {
      default: [],
      env: ['ANSIBLE_DOAS_PROMPT_L10N'],
      ini: ['doas_become_plugin.localized_prompts'],
      vars: ['ansible_doas_prompt_l10n'],
    },
  },
  'become/community.general.dzdo': {
    become_exe: {
      default: 'dzdo',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_DZDO_EXE'],
      ini: ['privilege_escalation.become_exe', 'dzdo_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_dzdo_exe'],
    },
    become_flags: {
      default: '-H -S -n',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_DZDO_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'dzdo_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_dzdo_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_DZDO_PASS'],
      ini: ['dzdo_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_dzdo_pass'],
    },
    become_user: {
      default: null,
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_DZDO_USER'],
      ini: ['privilege_escalation.become_user', 'dzdo_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_dzdo_user'],
    },
  },
  'become/community.general.ksu': {
    become_exe: {
      default: 'ksu',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_KSU_EXE'],
      ini: ['privilege_escalation.become_exe', 'ksu_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_ksu_exe'],
    },
    become_flags: {
      default: '',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_KSU_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'ksu_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_ksu_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_KSU_PASS'],
      ini: ['ksu_become_plugin.password'],
      vars: ['ansible_ksu_pass', 'ansible_become_pass', 'ansible_become_password'],
    },
    become_user: {
      default: null,
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_KSU_USER'],
      ini: ['privilege_escalation.become_user', 'ksu_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_ksu_user'],
      required: true,
    },
    prompt_l10n: {
      default: [],
      env: ['ANSIBLE_KSU_PROMPT_L10N'],
      ini: ['ksu_become_plugin.localized_prompts'],
      vars: ['ansible_ksu_prompt_l10n'],
    },
  },
  'become/community.general.machinectl': {
    become_exe: {
      default: 'machinectl',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_MACHINECTL_EXE'],
      ini: ['privilege_escalation.become_exe', 'machinectl_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_machinectl_exe'],
    },
    become_flags: {
      default: '',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_MACHINECTL_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'machinectl_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_machinectl_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_MACHINECTL_PASS'],
      ini: ['machinectl_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_machinectl_pass'],
    },
    become_user: {
      default: '',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_MACHINECTL_USER'],
      ini: ['privilege_escalation.become_user', 'machinectl_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_machinectl_user'],
    },
  },
  'become/community.general.pbrun': {
    become_exe: {
      default: 'pbrun',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_PBRUN_EXE'],
      ini: ['privilege_escalation.become_exe', 'pbrun_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_pbrun_exe'],
    },
    become_flags: {
      default: '',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_PBRUN_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'pbrun_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_pbrun_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_PBRUN_PASS'],
      ini: ['pbrun_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_pbrun_pass'],
    },
    become_user: {
      default: '',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_PBRUN_USER'],
      ini: ['privilege_escalation.become_user', 'pbrun_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_pbrun_user'],
    },
    wrap_exe: {
      type: 'boolean',
      default: false,
      env: ['ANSIBLE_PBRUN_WRAP_EXECUTION'],
      ini: ['pbrun_become_plugin.wrap_execution'],
      vars: ['ansible_pbrun_wrap_execution'],
    },
  },
  'become/community.general.pfexec': {
    become_exe: {
      default: 'pfexec',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_PFEXEC_EXE'],
      ini: ['privilege_escalation.become_exe', 'pfexec_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_pfexec_exe'],
    },
    become_flags: {
      default: '-H -S -n',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_PFEXEC_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'pfexec_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_pfexec_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_PFEXEC_PASS'],
      ini: ['pfexec_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_pfexec_pass'],
    },
    become_user: {
      default: 'root',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_PFEXEC_USER'],
      ini: ['privilege_escalation.become_user', 'pfexec_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_pfexec_user'],
    },
    wrap_exe: {
      type: 'boolean',
      default: false,
      env: ['ANSIBLE_PFEXEC_WRAP_EXECUTION'],
      ini: ['pfexec_become_plugin.wrap_execution'],
      vars: ['ansible_pfexec_wrap_execution'],
    },
  },
  'become/community.general.pmrun': {
    become_exe: {
      default: 'pmrun',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_PMRUN_EXE'],
      ini: ['privilege_escalation.become_exe', 'pmrun_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_pmrun_exe'],
    },
    become_flags: {
      default: '',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_PMRUN_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'pmrun_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_pmrun_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_PMRUN_PASS'],
      ini: ['pmrun_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_pmrun_pass'],
    },
  },
  'become/community.general.sesu': {
    become_exe: {
      default: 'sesu',
      env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_SESU_EXE'],
      ini: ['privilege_escalation.become_exe', 'sesu_become_plugin.executable'],
      vars: ['ansible_become_exe', 'ansible_sesu_exe'],
    },
    become_flags: {
      default: '-H -S -n',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_SESU_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'sesu_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_sesu_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_SESU_PASS'],
      ini: ['sesu_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_sesu_pass'],
    },
    become_user: {
      default: '',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_SESU_USER'],
      ini: ['privilege_escalation.become_user', 'sesu_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_sesu_user'],
    },
  },
  'become/community.general.sudosu': {
    become_flags: {
      default: '-H -S -n',
      env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_SUDO_FLAGS'],
      ini: ['privilege_escalation.become_flags', 'sudo_become_plugin.flags'],
      vars: ['ansible_become_flags', 'ansible_sudo_flags'],
    },
    become_pass: {
      default: null,
      env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_SUDO_PASS'],
      ini: ['sudo_become_plugin.password'],
      vars: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
    },
    become_user: {
      default: 'root',
      env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_SUDO_USER'],
      ini: ['privilege_escalation.become_user', 'sudo_become_plugin.user'],
      vars: ['ansible_become_user', 'ansible_sudo_user'],
    },
  },
}
