// How many members are on each level of a matrix below a member, and how many levels are full.
//
// kind:    flow
// order:   up
// carries: yes(!again)
// params:  none
// returns: state: LIST<INTEGER>
// shows:   levels_rewarded_before: COUNT = state[0], levels_rewarded_now: COUNT = state[1], members_by_level: COUNTS = state[3..]
//
// state: [levels rewarded before this period, levels rewarded or due with it, then members who count by level, the
// member's own level 0 first, as many levels as are paid].

CALL (standing, rule) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  WITH rule, [team IN collect(below[rule.state]) | team[2..]] AS teams
  RETURN [level IN range(0, size(rule.amounts_most) - 1) |
    reduce(total = 0, team IN teams | total + coalesce(team[level], 0))] AS counts
}
WITH standing, rule, counts, CASE WHEN rule.again THEN 0 ELSE coalesce(before[1], 0) END AS rewarded,
  CASE WHEN NOT standing.status IN ['terminated', 'customer'] AND (standing.active OR rule.counts = 'all') THEN 1 ELSE 0 END AS own
WITH standing, rule, counts, rewarded, own, reduce(full = [0, rule.width, 1], count IN counts |
  [full[0] + CASE WHEN count >= full[1] THEN full[2] ELSE 0 END,
   // A level of more places than there can be people is never full, and stays inside 64 bits.
   CASE WHEN full[1] > 1000000000000000000 / rule.width THEN full[1] ELSE full[1] * rule.width END,
   CASE WHEN count >= full[1] THEN full[2] ELSE 0 END])[0] AS full
RETURN [rewarded, CASE WHEN full > rewarded AND (rule.again OR standing.active AND (rule.meets IS NULL OR standing[rule.meets] IS NOT NULL)) THEN full ELSE rewarded END, own]
  + counts AS state
