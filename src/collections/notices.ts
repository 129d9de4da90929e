// What the finders have to say to the user, without knowing how it is shown.

/** A deprecation as Ansible's display.deprecated takes it. */
export interface Deprecation {
  readonly text: string
  readonly version?: string | undefined
  readonly date?: string | undefined
  readonly collection?: string | undefined
  readonly isRemoved?: boolean | undefined
}

/** Receives warnings, deprecations and verbose lines (level 1 is -v). */
export interface NoticeSink {
  warning(text: string): void
  deprecated(deprecation: Deprecation): void
  verbose(level: number, text: string): void
}

export const silentNotices: NoticeSink = { warning() {}, deprecated() {}, verbose() {} }

/** The full line that Ansible prints for a deprecation (display.get_deprecation_message). */
export function deprecationMessage(deprecation: Deprecation): string {
  let text = deprecation.text.trim()
  if (text !== '' && !/[!?.]$/.test(text)) text += '.'
  const collection = deprecation.collection === 'ansible.builtin' ? 'ansible-core' : deprecation.collection
  const parts = deprecation.isRemoved
    ? [`[DEPRECATED]: ${text}`, 'This feature was removed']
    : [`[DEPRECATION WARNING]: ${text}`, 'This feature will be removed']
  if (collection) parts.push(`from ${collection}`)
  if (deprecation.date) parts.push(`in a release after ${deprecation.date}.`)
  else if (deprecation.version) parts.push(`in version ${deprecation.version}.`)
  else parts.push('in a future release.')
  parts.push(
    deprecation.isRemoved
      ? 'Please update your playbooks.'
      : 'Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg.',
  )
  return parts.join(' ')
}
