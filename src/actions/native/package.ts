// Installs packages with the module of the host's package manager. Mirrors plugins/action/package.py (ansible-core 2.14).
import { str } from '../../python/index.js'
import { actionFail, mergingExits } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { gatheredBackend, knownBackend } from '../backend-fact.js'
import { withDefaultsOf } from '../module-defaults.js'

/** Names in PKG_MGRS (module_utils/facts/system/pkg_mgr.py). */
const BUILTIN = new Set(
  (
    'apk apt atomic_container dnf homebrew installp macports opkg pacman pkg5 pkgin pkgng portage sorcery svr4pkg ' +
    'swdepot swupd urpmi xbps yum zypper'
  ).split(' '),
)

export const packageAction: NativeAction = {
  async run(call) {
    const wrapAsync = call.context.asyncSeconds > 0
    const result = call.begin({ supportsAsync: true })
    let module = str(call.arg('use') ?? 'auto')
    if (module === 'auto') module = str(knownBackend(call, 'pkg_mgr'))
    return mergingExits(result, async () => {
      if (module === 'auto') module = await gatheredBackend(call, 'pkg_mgr')
      if (module === 'auto') {
        throw actionFail(
          'Could not detect which package manager to use. Try gathering facts or setting the "use" option.',
        )
      }
      if (!call.hasModule(module)) throw actionFail(`Could not find a module for ${module}.`)
      const own = call.args.copy()
      own.delete('use')
      const args = withDefaultsOf(call, module, own)
      if (BUILTIN.has(module)) module = `ansible.legacy.${module}`
      call.verbose(4, `Running ${module}`)
      result.update(await call.executeModule({ name: module, args, wrapAsync }))
    })
  },
}
