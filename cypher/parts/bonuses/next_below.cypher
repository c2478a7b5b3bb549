// The next members of one member's group by id, the member included, found by walking down.
//
// mode:    fragment
// params:  run: INTEGER, payee_id: STRING, from: STRING, batch: INTEGER
// returns: source: NODE
// insert:  levels, sources

MATCH (above:Standing {member_id: $payee_id, run: $run})<-[:UNDER*0..<<levels>>]-(source)
USING INDEX SEEK above:Standing(member_id, run)
WITH DISTINCT source
WHERE source.member_id >= $from AND <<sources>>
WITH source ORDER BY source.member_id LIMIT $batch
