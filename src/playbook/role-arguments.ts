// Argument specs of a role: a task that validates the role's arguments goes in front of its tasks.
// Mirrors _get_role_argspecs, _prepend_validation_task, _create_validation_task of ansible/playbook/role/__init__.py (2.14).

import { join } from 'node:path'
import { str, truth } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'
import type { Role } from './role.js'
import { loadRoleFile } from './role-files.js'

/** `argument_specs` of meta/argument_specs.yml, else those of meta/main.yml; undefined when the role has none. */
function argumentSpecs(role: Role): Dict | undefined {
  const { loader, config } = role.context
  const base = join(role.path, 'meta', 'argument_specs')
  for (const extension of config.get('YAML_FILENAME_EXTENSIONS') as readonly string[]) {
    if (!loader.exists(base + extension)) continue
    const { data } = loadRoleFile({
      context: role.context,
      roleName: role.roleName,
      rolePath: role.path,
      part: 'meta',
      main: 'argument_specs',
    })
    const specs = data instanceof Dict ? data.get('argument_specs') : undefined
    return specs instanceof Dict ? specs : undefined
  }
  const specs = role.metadata?.argumentSpecs
  return specs instanceof Dict ? specs : undefined
}

/** Task data with the validation of the entry point's arguments in front, when there is something to validate. */
export function withArgumentValidation(role: Role, tasks: Value): Value {
  const entryPoint = role.fromFiles.get('tasks') ?? 'main'
  const spec = argumentSpecs(role)?.get(entryPoint)
  if (!(spec instanceof Dict) || spec.size === 0) return tasks
  if (truth(tasks) && !Array.isArray(tasks)) return tasks
  return [validationTask(role, spec, entryPoint), ...(Array.isArray(tasks) ? tasks : [])]
}

function validationTask(role: Role, spec: Dict, entryPoint: string): Dict {
  const description = spec.get('short_description')
  const name = `Validating arguments against arg spec '${entryPoint}'`
  return Dict.of({
    action: Dict.of({
      module: 'ansible.builtin.validate_argument_spec',
      argument_spec: spec.get('options') ?? new Dict(),
      provided_arguments: role.params,
      validate_args_context: Dict.of({
        type: 'role',
        name: role.roleName,
        argument_spec_name: entryPoint,
        path: role.path,
      }),
    }),
    name: description === undefined ? name : `${name} - ${str(description)}`,
    tags: ['always'],
  })
}
