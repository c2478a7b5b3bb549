// A member's own group up to the next leaders below, and what a leader passes to the leader above.
//
// kind:    flow
// order:   up
// params:  none
// returns: state: LIST<INTEGER>
// shows:   own_group: VOLUME = state[0], the_leader_above_is_paid_on: VOLUME = state[1]
//
// The list holds, by place: 0 the cut volume, commissionable volume of the member and of everyone below down to
// the next leaders; 1 the volume on which a leader's first leader above is paid, `guaranteed` as far as the
// leader has it (who is not active gives nothing up); 2 that volume of the next leaders below, summed.

CALL (standing, rule) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  WITH below[rule.state] AS line, below.rank >= rule.border
    AND NOT below.status IN ['terminated', 'customer'] AND (below.active OR rule.inactive = 'keep') AS leads
  RETURN sum(CASE WHEN leads THEN 0 ELSE line[0] END) AS below_cut,
    sum(CASE WHEN leads THEN line[1] ELSE line[2] END) AS passed_below
}
WITH rule, standing.active AS active, standing.commissionable_volume + below_cut AS cut, passed_below
RETURN [cut, CASE
  WHEN rule.guaranteed IS NULL OR NOT active OR cut >= rule.guaranteed OR passed_below <= 0 THEN cut
  WHEN cut + passed_below < rule.guaranteed THEN cut + passed_below
  ELSE rule.guaranteed END, passed_below] AS state
