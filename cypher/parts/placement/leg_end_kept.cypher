// The end of the sponsor's outer leg on a `side`, left or right: `parent`, by the chain that is kept.
//
// mode:    fragment
// params:  none
// returns: none

CALL (sponsor, side) {
  WITH sponsor, side, CASE side WHEN 'left' THEN sponsor.left_chain ELSE sponsor.right_chain END AS number
  OPTIONAL MATCH (chain:Chain {side: side, number: number})
  OPTIONAL MATCH (last:Member {member_id: chain.end})
  RETURN coalesce(last, sponsor) AS parent
}
