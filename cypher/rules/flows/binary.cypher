// The two legs of a position: what came in, what is matched, what is consumed and what is carried on.
//
// kind:    flow
// order:   any
// carries: yes
// params:  none
// needs:   group_commissionable_volume(volume=commissionable), sponsored_legs(eligible=leg_each)
// returns: state: LIST<INTEGER>
// shows:   left: VOLUME = state[0] + state[2], right: VOLUME = state[1] + state[3], weaker: TEXT = CASE WHEN state[0] + state[2] = state[1] + state[3] THEN 'none, both are equal' WHEN state[0] + state[2] > state[1] + state[3] THEN 'right' ELSE 'left' END, carried_in: VOLUMES = state[..2], matched: BASE = state[4], used: VOLUMES = state[5..7], carried_on: VOLUMES = state[7..9], may_be_paid: FLAG = state[9] = 1
//
// Legs are the placements L and R (also left and right, 1 and 2). A leg's volume is the group volume of whoever
// stands there, so a sale enters the right leg of every ancestor, and own sales enter none. Carry belongs to the
// position and the leg, whoever stands there now.
//
// state: [left before, right before, left new, right new, pieces, left used, right used, left after, right after,
// eligible, whether a first pair was ever paid for, left after by age (what was carried once first), right after by
// age]. Volumes are hundredths; pieces are what is paid: matched volume, pairs, cycles, or the place of the
// step that is reached, from 1. What is neither used nor after is lost by `after`, `ineligible` or `carry_cap`.
// A negative leg (refunds beyond what it held) matches nothing and is a debt: it stays, whatever clears the legs, until
// new volume makes up for it. Otherwise the volume that was returned would be paid, and the next sale in its place too.

CALL (standing, rule) {
  OPTIONAL MATCH (standing)<-[edge:UNDER]-(below)
  WITH toLower(coalesce(edge.leg, '')) AS leg, CASE rule.volume
    WHEN 'commissionable' THEN below.group_commissionable_volume ELSE below.group_volume END AS volume
  RETURN
    sum(CASE WHEN leg IN ['l', 'left', '1'] THEN volume ELSE 0 END) AS left_new,
    sum(CASE WHEN leg IN ['r', 'right', '2'] THEN volume ELSE 0 END) AS right_new
}
WITH standing, rule, [coalesce(before[7], 0), coalesce(before[8], 0), left_new, right_new] AS came,
  coalesce(before[10], 0) AS paired, coalesce(before, [])[11..] AS aged
WHERE any(volume IN came WHERE volume <> 0) OR paired = 1
WITH standing, rule, came, paired, aged, came[0] + came[2] AS left, came[1] + came[3] AS right
WITH *, CASE WHEN left < right THEN left ELSE right END AS low, CASE WHEN left < right THEN right ELSE left END AS high
WITH *, coalesce([tier IN reverse(rule.tiers) WHERE low >= tier[0] | tier[1]][0],
  coalesce(rule.rate[standing.rank], rule.per_pair[standing.rank], rule.per_cycle[standing.rank], [1])[0]) AS earned
WITH rule, came, paired, aged, left, right, low, high,
  standing.active AND earned > 0 AND (rule.meets IS NULL OR standing[rule.meets] IS NOT NULL)
    AND (rule.eligible = 'active' OR coalesce(standing.sponsored_legs, 0) = 2) AS eligible,
  CASE WHEN low < 0 THEN 0 ELSE low END AS match,
  coalesce(rule.most[standing.rank][0], 9007199254740991) AS limit, rule.carry_cap[standing.rank][0] AS carry_cap
WITH *, CASE rule.over WHEN 'lose' THEN 9007199254740991 ELSE limit END AS most,
  // The first pair of all takes `extra` more from the stronger leg: 2:1.
  CASE WHEN rule.first_double AND paired = 0 THEN rule.pair ELSE 0 END AS extra

// Strong and weak: the leg with the lead is the strong one until its lead is gone; from then on the legs take
// turns, so that two cycles take the same from both; one last cycle may be left. Divisions, and no loop.
WITH *, rule.strong - rule.weak AS gap, rule.strong + rule.weak AS both
WITH *, CASE WHEN match = 0 THEN [0] WHEN gap > 0
  THEN [(high - low + gap - 1) / gap, high / rule.strong, low / rule.weak, most]
  ELSE [high / rule.strong, low / rule.weak, most] END AS ends
WITH *, reduce(least = ends[0], end IN ends | CASE WHEN end < least THEN end ELSE least END) AS leading
WITH *,
  left - leading * CASE WHEN left >= right THEN rule.strong ELSE rule.weak END AS one,
  right - leading * CASE WHEN left >= right THEN rule.weak ELSE rule.strong END AS other
WITH *, CASE WHEN match = 0 THEN 0 WHEN one < other THEN one / both ELSE other / both END AS turns,
  (most - leading) / 2 AS turns_left
WITH *, CASE WHEN turns > turns_left THEN turns_left ELSE turns END AS turned
WITH *, one - turned * both AS one_left, other - turned * both AS other_left
WITH *, CASE
  WHEN match = 0 OR leading + 2 * turned >= most THEN [0, 0]
  WHEN one_left >= other_left AND one_left >= rule.strong AND other_left >= rule.weak THEN [rule.strong, rule.weak]
  WHEN one_left < other_left AND other_left >= rule.strong AND one_left >= rule.weak THEN [rule.weak, rule.strong]
  ELSE [0, 0] END AS last

WITH *, CASE rule.kind
  WHEN 'binary' THEN CASE WHEN match > most THEN most ELSE match END
  WHEN 'binary_steps' THEN size([step IN rule.amounts WHERE step[0] <= low])
  WHEN 'binary_pairs' THEN reduce(least = most,
    end IN CASE WHEN match < rule.pair OR high < rule.pair + extra THEN [0]
      ELSE [match / rule.pair, (high - extra) / rule.pair] END |
    CASE WHEN end < least THEN end ELSE least END)
  WHEN 'binary_cycles' THEN reduce(least = most,
    end IN CASE WHEN match = 0 THEN [0] ELSE [left / rule.left, right / rule.right] END |
    CASE WHEN end < least THEN end ELSE least END)
  WHEN 'binary_strong_weak' THEN leading + 2 * turned + CASE WHEN last[0] > 0 THEN 1 ELSE 0 END
  END AS pieces
WITH *, CASE rule.kind
  WHEN 'binary' THEN [pieces, pieces]
  WHEN 'binary_steps' THEN CASE WHEN pieces = 0 THEN [0, 0]
    ELSE [rule.amounts[pieces - 1][0], rule.amounts[pieces - 1][0]] END
  WHEN 'binary_pairs' THEN [
    pieces * rule.pair + CASE WHEN pieces > 0 AND left >= right THEN extra ELSE 0 END,
    pieces * rule.pair + CASE WHEN pieces > 0 AND left < right THEN extra ELSE 0 END]
  WHEN 'binary_cycles' THEN [pieces * rule.left, pieces * rule.right]
  WHEN 'binary_strong_weak' THEN [left - one_left + last[0], right - other_left + last[1]]
  END AS taken, [leg IN [left, right] | CASE WHEN leg < 0 THEN leg ELSE 0 END] AS debts
WITH *, CASE
  WHEN NOT eligible AND rule.ineligible = 'lose' THEN debts
  WHEN NOT eligible AND rule.ineligible = 'keep' THEN [left, right]
  WHEN rule.after = 'flush' THEN debts
  WHEN taken = [0, 0] THEN [left, right]
  WHEN rule.after = 'carry_excess' THEN [CASE WHEN left <= right THEN 0 ELSE left - taken[0] END,
                                         CASE WHEN right <= left THEN 0 ELSE right - taken[1] END]
  WHEN rule.after = 'net_off' THEN [left - CASE WHEN taken[0] > match THEN taken[0] ELSE match END,
                                    right - CASE WHEN taken[1] > match THEN taken[1] ELSE match END]
  ELSE [left - taken[0], right - taken[1]] END AS after
WITH came, eligible, rule, match, high, paired, aged,
  CASE WHEN NOT eligible AND rule.ineligible = 'keep' THEN 0
       WHEN rule.kind <> 'binary_steps' AND pieces > limit THEN limit ELSE pieces END AS pieces,
  CASE WHEN eligible OR rule.ineligible = 'lose_matched' THEN taken ELSE [0, 0] END AS taken,
  [volume IN after | CASE WHEN volume > carry_cap THEN carry_cap ELSE volume END] AS after

// With `expires` what is left is the newest: the period's own volume first, then what was carried once, and so on. For
// each leg: what is left over, too old to be carried on, then what is carried by age.
WITH *, [side IN [0, 1] | CASE WHEN rule.expires IS NULL THEN [0] ELSE
  reduce(held = [after[side]], there IN ([came[2 + side]] + [age IN range(0, rule.expires - 2) |
      coalesce(aged[side * rule.expires + age], 0)])[..rule.expires] |
    [held[0] - CASE WHEN there <= 0 AND held[0] >= 0 THEN 0 WHEN held[0] < there OR held[0] < 0 THEN held[0] ELSE there END]
    + held[1..]
    + [CASE WHEN there <= 0 AND held[0] >= 0 THEN 0 WHEN held[0] < there OR held[0] < 0 THEN held[0] ELSE there END]) END] AS ages
WITH *, [after[0] - ages[0][0], after[1] - ages[1][0]] AS kept
RETURN came + [
  // By the ratio of the legs only weaker / stronger of it is paid: a product of two volumes, divided
  // in three digits at a time, because it may not fit into 64 bits.
  CASE WHEN rule.ratio AND pieces > 0 THEN
    reduce(part = [0, 0], power IN [1000000000000000, 1000000000000, 1000000000, 1000000, 1000, 1] |
      [part[0] * 1000 + (part[1] * 1000 + pieces * (match / power % 1000)) / high,
       (part[1] * 1000 + pieces * (match / power % 1000)) % high])[0]
    ELSE pieces END] + taken + kept + [CASE WHEN eligible THEN 1 ELSE 0 END]
  + CASE WHEN coalesce(rule.first_double, false) OR rule.expires IS NOT NULL
    THEN [CASE WHEN rule.first_double AND eligible AND pieces > 0 THEN 1 ELSE paired END] ELSE [] END
  + ages[0][1..] + ages[1][1..] AS state
