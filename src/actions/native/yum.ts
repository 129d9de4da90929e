// Runs the yum or the dnf module, whichever the host has. Mirrors plugins/action/yum.py (ansible-core 2.14).
import { str } from '../../python/index.js'
import { Dict, Tuple } from '../../python/values.js'
import { actionFail } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { gatheredBackend, knownBackend } from '../backend-fact.js'

const BACKENDS = new Set(['yum', 'yum4', 'dnf'])

export const yum: NativeAction = {
  async run(call) {
    const { args, context } = call
    const result = call.begin({ supportsAsync: true })
    if (args.has('use') && args.has('use_backend')) {
      throw actionFail("parameters are mutually exclusive: ('use', 'use_backend')")
    }
    let module = str(args.get('use') ?? args.get('use_backend') ?? 'auto')
    if (module === 'auto') module = str(knownBackend(call, 'pkg_mgr'))
    if (!BACKENDS.has(module)) {
      module = await gatheredBackend(call, 'pkg_mgr')
      if (call.ownsConnectionFacts && module !== 'auto') result.set('ansible_facts', Dict.of({ pkg_mgr: module }))
    }
    if (!BACKENDS.has(module)) {
      result.set('failed', true)
      return result.set(
        'msg',
        new Tuple([
          'Could not detect which major revision of yum is in use, which is required to determine module backend.',
          'You should manually specify use_backend to tell the module whether to use the yum (yum3) or dnf (yum4) backend})',
        ]),
      )
    }
    module = `ansible.legacy.${module === 'yum4' ? 'dnf' : module}`
    if (!call.hasModule(module)) {
      result.set('failed', true)
      return result.set('msg', `Could not find a yum module backend for ${module}.`)
    }
    const moduleArgs = args.copy()
    moduleArgs.delete('use_backend')
    moduleArgs.delete('use')
    call.verbose(4, `Running ${module} as the backend for the yum action plugin`)
    return result.update(
      await call.executeModule({ name: module, args: moduleArgs, wrapAsync: context.asyncSeconds > 0 }),
    )
  },
}
