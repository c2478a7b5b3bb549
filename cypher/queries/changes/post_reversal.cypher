// Post the entries of a booked batch with the opposite sign in another batch. Can be repeated.
//
// mode:    write
// params:  of: STRING, batch: STRING
// returns: none

MATCH (entry:Entry {batch: $of})
WITH entry.owner AS owner, entry.account AS account, entry.event AS event, entry.currency AS currency,
  entry.amount AS amount
CALL (owner, account, event, currency, amount) {
  MERGE (back:Entry {owner: owner, batch: $batch, account: account, event: event, currency: currency})
  ON CREATE SET back.amount = -amount
} IN TRANSACTIONS OF 5000 ROWS
