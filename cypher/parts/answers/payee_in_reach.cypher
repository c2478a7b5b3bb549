// Whether the payee of a correction is within reach: the viewer, or a member whose standing in the run is.
//
// mode:    fragment
// params:  run: INTEGER, reach: MAP
// returns: none
// insert:  within

($reach.all OR correction.member_id = $reach.viewer OR EXISTS {
  MATCH (payee:Standing {member_id: correction.member_id, run: $run})
  WHERE <<within>>
})
