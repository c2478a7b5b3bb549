// The booked batches that are not added up in accounts yet, in order.
//
// mode:    read
// params:  none
// returns: key: STRING, number: INTEGER

OPTIONAL MATCH (company:Company {key: 'company'})
WITH coalesce(company.folded_batch, 0) AS folded
MATCH (batch:Batch)
WHERE batch.number > folded
RETURN batch.key AS key, batch.number AS number
ORDER BY number
