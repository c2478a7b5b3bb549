// Book a batch that is written, or was proposed, under the next number of the ledger: from now on all its entries count.
//
// mode:    read-write
// params:  key: STRING, state: STRING, facts: MAP, currencies: LIST<STRING>
// returns: number: INTEGER

MATCH (batch:Batch {key: $key, state: $state})
MERGE (company:Company {key: 'company'})
SET company.last_batch = coalesce(company.last_batch, 0) + 1,
  company.ledger_currencies = coalesce(company.ledger_currencies, [])
    + [each IN $currencies WHERE NOT each IN coalesce(company.ledger_currencies, [])]
SET batch += $facts, batch.state = 'booked', batch.number = company.last_batch
RETURN batch.number AS number
