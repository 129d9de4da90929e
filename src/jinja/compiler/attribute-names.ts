// Names of Python methods that the compiler must know about.

/** Attributes of dict, list, tuple and set: for these names an attribute may hide a key. */
export const CONTAINER_ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'clear copy fromkeys get items keys pop popitem setdefault update values ' +
    'append count extend index insert remove reverse sort ' +
    'add difference difference_update discard intersection intersection_update isdisjoint issubset issuperset ' +
    'symmetric_difference symmetric_difference_update union'
  ).split(' '),
)

/** Methods that change a container in place. */
export const MUTATORS: ReadonlySet<string> = new Set(
  (
    'append extend insert remove pop popitem clear sort reverse update setdefault add discard ' +
    'difference_update intersection_update symmetric_difference_update to_yaml to_nice_yaml sameas'
  ).split(' '),
)
