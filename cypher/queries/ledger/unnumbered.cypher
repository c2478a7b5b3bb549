// Whether the booked batches are numbered without a gap: how many there should be, and how many there are.
//
// mode:    read
// params:  none
// returns: expected: INTEGER, actual: INTEGER, distinct: INTEGER

OPTIONAL MATCH (company:Company {key: 'company'})
WITH coalesce(company.last_batch, 0) AS expected
OPTIONAL MATCH (batch:Batch)
WHERE batch.number > 0
RETURN expected, count(batch) AS actual, count(DISTINCT batch.number) AS distinct
