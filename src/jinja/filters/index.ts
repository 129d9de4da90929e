// The filters that are computed here: all of Jinja2 3.1 and all of ansible-core 2.14.
// Ansible's names win over Jinja2's; `ansible.builtin.x` and `ansible.legacy.x` reach only Ansible's own.

import type { PluginCall } from '../plugin.js'
import { collectionFilters } from './ansible/collections.js'
import { combinatoricFilters } from './ansible/combinatorics.js'
import { commentFilters } from './ansible/comment.js'
import { dateFilters } from './ansible/dates.js'
import { encodingFilters } from './ansible/encoding.js'
import { mathFilters } from './ansible/math.js'
import { miscFilters } from './ansible/misc.js'
import { pathFilters } from './ansible/path-filters.js'
import { randomFilters } from './ansible/random.js'
import { regexFilters } from './ansible/regex.js'
import { secretFilters } from './ansible/secrets.js'
import { setFilters } from './ansible/sets.js'
import { structuredFilters } from './ansible/structured.js'
import { urlFilters } from './ansible/url.js'
import { htmlFilters } from './jinja2/html.js'
import { numberFilters } from './jinja2/numbers.js'
import { prettyFilters } from './jinja2/pprint.js'
import { selectingFilters } from './jinja2/selecting.js'
import { sequenceFilters } from './jinja2/sequences.js'
import { sortingFilters } from './jinja2/sorting.js'
import { textFilters } from './jinja2/text.js'

const jinja2Filters: Readonly<Record<string, PluginCall>> = {
  ...htmlFilters,
  ...numberFilters,
  ...prettyFilters,
  ...selectingFilters,
  ...sequenceFilters,
  ...sortingFilters,
  ...textFilters,
}

const ansibleFilters: Readonly<Record<string, PluginCall>> = {
  ...collectionFilters,
  ...combinatoricFilters,
  ...commentFilters,
  ...dateFilters,
  ...encodingFilters,
  ...mathFilters,
  ...miscFilters,
  ...pathFilters,
  ...randomFilters,
  ...regexFilters,
  ...secretFilters,
  ...setFilters,
  ...structuredFilters,
  ...urlFilters,
}

export { GroupTuple } from './jinja2/sorting.js'

/** Filters by every name they answer to. */
export const nativeFilters: ReadonlyMap<string, PluginCall> = new Map([
  ...Object.entries(jinja2Filters),
  ...Object.entries(ansibleFilters),
  ...Object.entries(ansibleFilters).flatMap(([name, filter]) => [
    [`ansible.builtin.${name}`, filter] as const,
    [`ansible.legacy.${name}`, filter] as const,
  ]),
])
