// Names of things in collections: `ns.coll.resource` and `ns.coll.sub1.sub2.resource`.
// Mirrors AnsibleCollectionRef in lib/ansible/utils/collection_loader/_collection_finder.py (2.14).

const FQCR = /^[\p{L}\p{N}_]+(\.[\p{L}\p{N}_]+){2,}$/u
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u
const PYTHON_KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
)

/** A parsed fully qualified name. `subdirs` is dotted and may be empty. */
export interface CollectionReference {
  readonly collection: string
  readonly subdirs: string
  readonly resource: string
}

/** Whether a name is shaped like a fully qualified collection resource name. */
export function isFullyQualified(name: string): boolean {
  return FQCR.test(name)
}

/** Whether a name is a well-formed collection name (`namespace.collection`). */
export function isCollectionName(name: string): boolean {
  const parts = name.split('.')
  return parts.length === 2 && parts.every(part => IDENTIFIER.test(part) && !PYTHON_KEYWORDS.has(part))
}

/** Parses `ns.coll[.sub…].resource`; undefined when the text is not such a name. */
export function parseReference(
  name: string,
  kind: 'plugin' | 'role' | 'playbook' = 'plugin',
): CollectionReference | undefined {
  if (!isFullyQualified(name)) return undefined
  const parts = name.split('.')
  const extension = kind === 'playbook' && /\.(yml|yaml)$/.test(name) ? `.${parts.pop()}` : ''
  const resource = parts.pop() as string
  const collection = parts.slice(0, 2).join('.')
  if (!isCollectionName(collection)) return undefined
  return { collection, subdirs: parts.slice(2).join('.'), resource: resource + extension }
}
