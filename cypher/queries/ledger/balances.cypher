// What the accounts of some owners come to now: what is added up, and the entries that were booked after that.
//
// mode:    read
// params:  owners: LIST<STRING>
// returns: owner: STRING, currency: STRING, kind: STRING, amount: INTEGER
//
// Each account is read once: its amount and the last batch in it belong together. Where all batches are added up, as after
// each commit, no entry is read.

OPTIONAL MATCH (company:Company {key: 'company'})
WITH coalesce(company.folded_batch, 0) AS folded
WITH EXISTS { MATCH (later:Batch) WHERE later.number > folded } AS more
UNWIND $owners AS owner
WITH owner, more, COLLECT {
  MATCH (account:Account {owner: owner})
  WHERE account.kind IS NOT NULL AND account.currency IS NOT NULL AND account.folded IS NOT NULL
  RETURN {kind: account.kind, currency: account.currency, folded: account.folded}
} AS accounts
CALL (owner, more, accounts) {
  UNWIND accounts AS account
  RETURN account.currency AS currency, account.kind AS kind, account.folded[0] AS amount
  UNION ALL
  WITH owner, accounts, more
  WHERE more
  MATCH (entry:Entry {owner: owner})
  WHERE entry.batch IS NOT NULL AND entry.account IS NOT NULL AND entry.event IS NOT NULL
    AND entry.currency IS NOT NULL
  MATCH (batch:Batch {key: entry.batch, state: 'booked'})
  WHERE batch.number > coalesce(head([
    each IN accounts WHERE each.kind = entry.account AND each.currency = entry.currency | each.folded[1]
  ]), 0)
  RETURN entry.currency AS currency, entry.account AS kind, entry.amount AS amount
}
RETURN owner, currency, kind, sum(amount) AS amount
ORDER BY owner, currency, kind
