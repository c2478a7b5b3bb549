// A member's figures in some runs, of those runs in which the member is within reach: run, figures.
//
// mode:    read
// params:  member_id: STRING, runs: LIST<MAP>
// returns: rows: LIST<LIST<ANY>>
// insert:  within

UNWIND $runs AS of_run
WITH of_run.run AS run, of_run.reach AS reach
MATCH (standing:Standing {member_id: $member_id, run: run})
USING INDEX SEEK standing:Standing(member_id, run)
WHERE <<within>>
RETURN collect([run, standing.qualified_rank, standing.rank, standing.active, standing.personal_volume,
  standing.group_volume, coalesce(standing.earned, 0)]) AS rows
