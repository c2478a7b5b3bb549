// Post the company's side of a batch of earnings: one entry for each event and currency. Can be repeated.
//
// mode:    write
// params:  batch: STRING
// returns: none

MATCH (entry:Entry {batch: $batch})
WHERE entry.owner <> ''
WITH entry.event AS event, entry.currency AS currency, sum(entry.amount) AS total
MERGE (counter:Entry {owner: '', batch: $batch, account: 'commission', event: event, currency: currency})
SET counter.amount = -total
