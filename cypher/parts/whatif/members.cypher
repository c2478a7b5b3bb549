// Members of a what-if who have other figures: whoever gains or loses most comes first, of equals by id.
//
// mode:    read
// params:  run: INTEGER, base: INTEGER, gain: INTEGER, after: STRING, first: INTEGER
// returns: member_id: STRING, before: LIST<ANY>, after: LIST<ANY>
// insert:  chosen, then, now
//
// Those after the member `after`, who gains or loses `gain`; null for the first ones.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing.gain IS NOT NULL AND <<chosen>>
WITH standing, abs(standing.gain) AS gain, standing.member_id AS member_id
WHERE $gain IS NULL OR gain < $gain OR (gain = $gain AND member_id > $after)
WITH standing, gain, member_id ORDER BY gain DESC, member_id LIMIT $first
MATCH (before:Standing {member_id: member_id, run: $base})
USING INDEX SEEK before:Standing(member_id, run)
RETURN member_id, <<then>> AS before, <<now>> AS after
ORDER BY gain DESC, member_id
