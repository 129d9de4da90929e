// Ansible's modules: the installed ansible-core they come from, how a module is found and classified, and the
// archive that carries it with its support code to a host.

export {
  type AnsibleInstall,
  AnsibleNotFoundError,
  type FindAnsibleOptions,
  findAnsible,
  versionWarning,
} from './ansible-install.js'
export { CodeCompiler } from './code-compiler.js'
export { type ImportStatement, scanImports } from './import-scan.js'
export { type Module, ModuleLibrary, type ModuleLibraryOptions, ModuleNotFoundError } from './module-library.js'
export {
  type ModuleStyle,
  REPLACER_COMPLEX,
  REPLACER_JSONARGS,
  REPLACER_SELINUX,
  REPLACER_VERSION,
  type Shebang,
} from './module-style.js'
export { ModuleSupportError } from './module-utils-locator.js'
export { writeZip, type ZipEntry } from './zip.js'
