// The kinds of some changes, by number, and what they say that they have changed, as JSON.
//
// mode:    read
// params:  numbers: LIST<INTEGER>
// returns: kinds: LIST<LIST<ANY>>

UNWIND $numbers AS number
MATCH (change:Change {number: number})
RETURN collect([number, change.kind, change.result]) AS kinds
