// The recap of a run as it stands in its output, in a form in which two runs can be compared.

/** One line a host, sorted; spaces and colours do not count. Empty when there is no recap. */
export function recapOf(output: string): string[] {
  return output
    .replace(/\x1b\[[\d;]*m/g, '')
    .split('\n')
    .filter(line => /^\S.* : ok=\d+\s+changed=\d+/.test(line))
    .map(line => line.trim().replace(/\s+/g, ' '))
    .sort()
}

/** Without the count of changes: what a second run on the same hosts has in common with the first. */
export function withoutChanges(recap: readonly string[]): string[] {
  return recap.map(line => line.replace(/ changed=\d+/, ''))
}
