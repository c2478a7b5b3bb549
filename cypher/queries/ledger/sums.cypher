// What the entries of a batch come to, by account and currency.
//
// mode:    read
// params:  batch: STRING
// returns: account: STRING, currency: STRING, amount: INTEGER, entries: INTEGER

MATCH (entry:Entry {batch: $batch})
RETURN entry.account AS account, entry.currency AS currency, sum(entry.amount) AS amount, count(*) AS entries
ORDER BY currency, account
