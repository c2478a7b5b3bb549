// Describe in one sentence what the report shows.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER = 20
// returns: member_id: STRING, group_volume_hundredths: INTEGER
// areas:   figures

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0
RETURN standing.member_id AS member_id, standing.group_volume AS group_volume_hundredths
ORDER BY group_volume_hundredths DESC, member_id LIMIT $shown
