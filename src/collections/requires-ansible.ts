// Whether a version satisfies a requirement such as `>=2.9.10,!=2.10.0`: enough of PEP 440 for the
// `requires_ansible` of collections. Mirrors _does_collection_support_ansible_version in plugins/loader.py.

const CLAUSE =
  /^\s*(~=|===|==|!=|<=|>=|<|>)\s*v?([0-9]+(?:\.[0-9]+)*)(\.\*)?((?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev|post|rev|r)[-_.]?[0-9]*)*)\s*$/i

/** Compares the release part of `version` with a specifier set. Throws an Error for a malformed set. */
export function satisfiesRequirement(version: string, requirement: string): boolean {
  const release = releaseOf(version)
  return requirement
    .split(',')
    .filter(clause => clause.trim() !== '')
    .every(clause => satisfiesClause(release, clause))
}

function satisfiesClause(release: readonly number[], clause: string): boolean {
  const match = CLAUSE.exec(clause)
  if (match === null) throw new Error(`Invalid specifier: '${clause.trim()}'`)
  const [, operator, numbers, star, suffix] = match as unknown as [string, string, string, string | undefined, string]
  const wanted = numbers.split('.').map(Number)
  if (star !== undefined || operator === '~=') {
    const prefix = operator === '~=' ? wanted.slice(0, -1) : wanted
    const matches = prefix.every((part, index) => (release[index] ?? 0) === part)
    if (operator === '~=') return matches && compareReleases(release, wanted) >= 0
    return operator === '!=' ? !matches : matches
  }
  let order = compareReleases(release, wanted)
  // A final release is later than its own pre-releases and earlier than its post-releases.
  if (order === 0 && suffix !== '') order = /post|rev|r[0-9]/i.test(suffix) && !/rc/i.test(suffix) ? -1 : 1
  switch (operator) {
    case '==':
    case '===':
      return order === 0
    case '!=':
      return order !== 0
    case '<=':
      return order <= 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    default:
      return order > 0
  }
}

function releaseOf(version: string): number[] {
  return (/^v?([0-9]+(?:\.[0-9]+)*)/.exec(version.trim())?.[1] ?? '0').split('.').map(Number)
}

function compareReleases(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}
