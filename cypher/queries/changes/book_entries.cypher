// Post a batch of few entries and book it at once.
//
// mode:    read-write
// params:  key: STRING, facts: MAP, currencies: LIST<STRING>, entries: LIST<MAP>
// returns: number: INTEGER

MERGE (company:Company {key: 'company'})
SET company.last_batch = coalesce(company.last_batch, 0) + 1,
  company.ledger_currencies = coalesce(company.ledger_currencies, [])
    + [each IN $currencies WHERE NOT each IN coalesce(company.ledger_currencies, [])]
CREATE (batch:Batch {key: $key})
SET batch += $facts, batch.state = 'booked', batch.number = company.last_batch
FOREACH (row IN $entries |
  CREATE (entry:Entry {batch: $key})
  SET entry += row
)
RETURN batch.number AS number
