// Give standings their places in one tree of a live run: the ids of the member and the parent, and the leg. Returns the
// store's numbers of the parents' standings, and the group volumes that come to each.
//
// mode:    read-write
// params:  run: INTEGER, rows: LIST<LIST<STRING>>
// returns: above: LIST<INTEGER>, volumes: LIST<INTEGER>
// insert:  edge, leg

UNWIND $rows AS row
MATCH (standing:Standing {member_id: row[0], run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
MATCH (above:Standing {member_id: row[1], run: $run})
USING INDEX SEEK above:Standing(member_id, run)
CREATE (standing)-[:<<edge>><<leg>>]->(above)
RETURN collect(id(above)) AS above, collect(coalesce(standing.group_volume, 0)) AS volumes
