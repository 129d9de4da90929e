// Whether an action plugin in Python may return facts, as far as its text tells.

const GATHERS = /ansible_facts|\bsetup\b|gather_facts|set_fact|include_vars/
/** Whatever may run a module, another plugin or the plugin that this one extends. */
const RUNS =
  /_execute_module\(|action_loader\.get\(|_low_level_execute|ansible\.plugins\.action(?:\.|\s+import\s+(?!ActionBase\b))/g
const NAMED =
  /(?:_execute_module\(\s*(?:module_name\s*=\s*)?['"]|action_loader\.get\(\s*['"]|ansible\.plugins\.action\.)([\w.]+)/g
const PLAIN = /^(ansible\.(builtin|legacy)\.)?(copy|template|file|stat|command|assemble)$/

/**
 * It returns what those return that it runs or extends. @returns false when it names all of them and none gathers facts,
 * undefined when its text does not tell
 */
export function pluginMayReturnFacts(text: string): boolean | undefined {
  if (GATHERS.test(text)) return true
  const names = [...text.matchAll(NAMED)].map(([, name]) => name as string)
  return names.length === [...text.matchAll(RUNS)].length && names.every(name => PLAIN.test(name)) ? false : undefined
}
