// Whether the booked batches are numbered without a gap: the last number taken, how many there are, and the last one.
//
// mode:    read
// params:  none
// returns: expected: INTEGER, actual: INTEGER, last: INTEGER

OPTIONAL MATCH (company:Company {key: 'company'})
WITH coalesce(company.last_batch, 0) AS expected
OPTIONAL MATCH (batch:Batch)
WHERE batch.number > 0
RETURN expected, count(batch) AS actual, coalesce(max(batch.number), 0) AS last
