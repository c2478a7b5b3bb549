// The best qualified rank at or below a member, by how many levels below are looked at; `qualified` is the own one.
//
// mode:    fragment
// params:  near_levels: INTEGER
// returns: none

[near IN range(0, $near_levels - 1) | reduce(best = qualified, leg IN CASE WHEN near = 0 THEN [] ELSE legs END |
  CASE WHEN coalesce(leg.best_ranks[near - 1], 0) > best THEN leg.best_ranks[near - 1] ELSE best END)]
