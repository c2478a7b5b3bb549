// A page of those directly below some members in one compressed tree, whole standings, by member id after a given one.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, overlay: INTEGER, after: STRING, first: INTEGER
// returns: parent_id: STRING, standings: LIST<MAP>, total: INTEGER
//
// Nobody is below a member who keeps no place. `parent_id`, `leg` and `frontline` of a standing are those of
// the real tree.

UNWIND $member_ids AS member_id
MATCH (keeper:Standing {member_id: member_id, run: $run})
USING INDEX SEEK keeper:Standing(member_id, run)
WHERE keeper.keeps[$overlay]
CALL (keeper) {
  CALL (keeper) {
    MATCH (keeper)<-[edge:UNDER]-(below)
    RETURN keeper AS parent, edge, below
    UNION ALL
    MATCH (keeper)<-[into:COMPRESSED_INTO]-(parent)
    WHERE $overlay IN into.overlays
    MATCH (parent)<-[edge:UNDER]-(below)
    RETURN parent, edge, below
  }
  WITH parent, edge, below ORDER BY below.member_id
  WITH collect([parent, edge, below]) AS edges
  WITH size(edges) AS total, [one IN edges WHERE one[2].member_id > $after][..$first] AS page
  UNWIND CASE WHEN page = [] THEN [null] ELSE page END AS one
  OPTIONAL MATCH (member:Member {member_id: one[2].member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN total, collect(CASE WHEN one IS NULL THEN null ELSE {
    standing: properties(one[2]), parent_id: one[0].member_id, leg: one[1].leg, name: member.name,
    frontline: COUNT { WITH one[2] AS below MATCH (below)<-[:UNDER]-() }
  } END) AS standings
}
RETURN keeper.member_id AS parent_id, standings, total
