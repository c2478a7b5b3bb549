// Add a booked batch to the accounts that it touches: each account counts a batch once. Can be repeated.
//
// mode:    write
// params:  batch: STRING, number: INTEGER
// returns: none
//
// An account keeps its amount and the last batch in it as one value, so that no reader sees one without the other. It
// is locked before that value is read.

MATCH (entry:Entry {batch: $batch})
WITH entry.owner AS owner, entry.account AS kind, entry.currency AS currency, sum(entry.amount) AS amount
ORDER BY owner, kind, currency
CALL (owner, kind, currency, amount) {
  MERGE (account:Account {owner: owner, kind: kind, currency: currency})
  SET account.kind = kind
  WITH account
  WHERE coalesce(account.folded[1], 0) < $number
  SET account.folded = [coalesce(account.folded[0], 0) + amount, $number]
} IN TRANSACTIONS OF 5000 ROWS
