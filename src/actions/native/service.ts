// Controls a service with the module of the host's service manager. Mirrors plugins/action/service.py (ansible-core 2.14).
import { str, truth } from '../../python/index.js'
import type { ActionCall } from '../action-call.js'
import type { NativeAction } from '../action-plugin.js'
import { gatheredBackend, knownBackend } from '../backend-fact.js'
import { withDefaultsOf } from '../module-defaults.js'

/** Arguments that a backend does not take. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  systemd: ['pattern', 'runlevel', 'sleep', 'arguments', 'args'],
}
/** Built-in backends, prefixed so that `collections:` is not searched for them. */
const BUILTIN = new Set(['openwrt_init', 'service', 'systemd', 'sysvinit'])

export const service: NativeAction = {
  async run(call) {
    const wrapAsync = call.context.asyncSeconds > 0
    const result = call.begin({ supportsAsync: true })
    let module = await backend(call)
    let args = call.args.copy()
    args.delete('use')
    for (const name of UNUSED[module] ?? []) {
      if (args.delete(name)) call.warn(`Ignoring "${name}" as it is not used in "${module}"`)
    }
    args = withDefaultsOf(call, module, args)
    if (BUILTIN.has(module)) module = `ansible.legacy.${module}`
    call.verbose(4, `Running ${module}`)
    return result.update(await call.executeModule({ name: module, args, wrapAsync }))
  },
}

async function backend(call: ActionCall): Promise<string> {
  let name = str(call.arg('use') ?? 'auto').toLowerCase()
  if (name === 'auto') {
    const known = knownBackend(call, 'service_mgr')
    name = truth(known) ? str(known) : ''
  }
  if (name === 'auto') name = await gatheredBackend(call, 'service_mgr')
  return name === '' || name === 'auto' || !call.hasModule(name) ? 'ansible.legacy.service' : name
}
