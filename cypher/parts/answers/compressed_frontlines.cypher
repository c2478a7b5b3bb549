// A page of those directly below some members in one compressed tree, whole standings, by member id after a given one.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, overlay: INTEGER, after: STRING, first: INTEGER
// returns: parent_id: STRING, standings: LIST<MAP>, total: INTEGER
// insert:  keeper, below, name, parent, frontline
//
// Nobody is below a member who keeps no place. `parent_id`, `leg` and `frontline` of a standing are those of
// the real tree.

UNWIND $member_ids AS member_id
MATCH (keeper:Standing {member_id: member_id, run: $run})
USING INDEX SEEK keeper:Standing(member_id, run)
WHERE keeper.keeps[$overlay] AND <<keeper>>
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
  WITH parent, edge, below WHERE <<below>>
  WITH parent, edge, below ORDER BY below.member_id
  WITH collect([parent, edge, below]) AS edges
  WITH size(edges) AS total, [one IN edges WHERE one[2].member_id > $after][..$first] AS page
  UNWIND CASE WHEN page = [] THEN [null] ELSE page END AS one
  WITH total, one, one[0] AS parent, one[2] AS low
  OPTIONAL MATCH (member:Member {member_id: low.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN total, collect(CASE WHEN one IS NULL THEN null ELSE {
    standing: properties(low), parent_id: CASE WHEN <<parent>> THEN parent.member_id END, leg: one[1].leg,
    name: <<name>>, frontline: <<frontline>>
  } END) AS standings
}
RETURN keeper.member_id AS parent_id, standings, total
