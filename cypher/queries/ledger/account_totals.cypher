// What all accounts of a kind came to at the end of a day, by currency: members' accounts together.
//
// mode:    read
// params:  day: DATE
// returns: account: STRING, currency: STRING, amount: INTEGER, debits: INTEGER, credits: INTEGER

MATCH (batch:Batch)
WHERE batch.number > 0 AND ($day IS NULL OR batch.day <= $day)
UNWIND range(0, size(batch.accounts) - 1) AS place
WITH batch.accounts[place] AS account, batch.currencies[place] AS currency, batch.amounts[place] AS amount
RETURN account, currency, sum(amount) AS amount,
  sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS debits,
  sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS credits
ORDER BY currency, account
