// A page of those directly below some members in one compressed tree, whole standings, by member id between two given ones.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, overlay: INTEGER, after: STRING, before: STRING, first: INTEGER
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
  RETURN collect([parent, edge, below]) AS edges
}
CALL (edges) {
  UNWIND edges AS one
  WITH one[0] AS parent, one[1] AS edge, one[2] AS low
  WITH parent, edge, low, low.member_id AS member_id
  WHERE member_id > $after AND member_id < $before
  WITH parent, edge, low, member_id ORDER BY member_id LIMIT $first
  OPTIONAL MATCH (member:Member {member_id: member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({
    standing: properties(low), parent_id: CASE WHEN <<parent>> THEN parent.member_id END, leg: edge.leg,
    name: <<name>>, frontline: <<frontline>>
  }) AS standings
}
RETURN keeper.member_id AS parent_id, standings, size(edges) AS total
