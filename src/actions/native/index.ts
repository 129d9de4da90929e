// Every action that is written here, by the name of its plugin in ansible-core.
import type { NativeAction } from '../action-plugin.js'
import { addHost } from './add-host.js'
import { assemble } from './assemble.js'
import { assert } from './assert.js'
import { asyncStatus } from './async-status.js'
import { command, shell } from './command.js'
import { copy } from './copy.js'
import { debug } from './debug.js'
import { fail } from './fail.js'
import { fetch } from './fetch.js'
import { gatherFacts } from './gather-facts.js'
import { groupBy } from './group-by.js'
import { includeVars } from './include-vars.js'
import { normal } from './normal.js'
import { packageAction } from './package.js'
import { pause } from './pause.js'
import { raw } from './raw.js'
import { reboot } from './reboot.js'
import { script } from './script.js'
import { service } from './service.js'
import { setFact } from './set-fact.js'
import { setStats } from './set-stats.js'
import { template } from './template.js'
import { unarchive } from './unarchive.js'
import { uri } from './uri.js'
import { validateArgumentSpec } from './validate-argument-spec.js'
import { waitForConnection } from './wait-for-connection.js'
import { yum } from './yum.js'

export const NATIVE_ACTIONS: ReadonlyMap<string, NativeAction> = new Map(
  Object.entries({
    add_host: addHost,
    assemble,
    assert,
    async_status: asyncStatus,
    command,
    copy,
    debug,
    fail,
    fetch,
    gather_facts: gatherFacts,
    group_by: groupBy,
    include_vars: includeVars,
    normal,
    package: packageAction,
    pause,
    raw,
    reboot,
    script,
    service,
    set_fact: setFact,
    set_stats: setStats,
    shell,
    template,
    unarchive,
    uri,
    validate_argument_spec: validateArgumentSpec,
    wait_for_connection: waitForConnection,
    yum,
  }),
)
