// Remembers computed variables of one host for a whole run. An entry holds in every scope in which each variable
// it was computed from has the identical raw value, so set_fact or register spoil only what reads them.

export class MemoStore {
  constructor(readonly maxEntries: number = 20_000) {}
}
