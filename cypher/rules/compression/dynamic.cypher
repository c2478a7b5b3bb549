// Dynamic compression: each level goes to the next ancestor who is active and whose rank earns that very level.
//
// kind:    compression
// levels:  each
// params:  none
// needs:   active_legs(legs), legs_through_inactive(through=inactive), legs_through_terminated(through=terminated), active_recruits(recruits)
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER
//
// rule.earns is a list by rank: whether that rank earns the level in question. Levels that the same ranks
// earn share one overlay. Where the bonus opens levels by legs, recruits or own volume, rule.legs, rule.recruits and
// rule.volume say what the level asks: who lacks it is not entitled to the level. rule.through says which heads legs
// are counted through. Who misses what the bonus requires of its payees is not entitled either (rule.meets names the
// property of those who do not).

RETURN
  standing.active AND rule.earns[standing.rank] AND (rule.legs IS NULL OR coalesce(standing['legs_through_' + rule.through], standing.active_legs) >= rule.legs)
    AND (rule.recruits IS NULL OR standing.active_recruits >= rule.recruits)
    AND (rule.volume IS NULL OR standing.personal_volume >= rule.volume)
    AND (rule.meets IS NULL OR standing[rule.meets] IS NOT NULL) AS keeps,
  CASE WHEN standing.status <> 'active' THEN standing.status
       WHEN NOT standing.active THEN 'inactive'
       WHEN NOT rule.earns[standing.rank] THEN 'rank'
       WHEN coalesce(standing['legs_through_' + rule.through], standing.active_legs) < rule.legs THEN 'active_legs'
       WHEN standing.active_recruits < rule.recruits THEN 'recruits'
       WHEN standing.personal_volume < rule.volume THEN 'personal_volume'
       ELSE 'requirement' END AS reason,
  CASE WHEN NOT standing.active THEN standing.personal_volume
       WHEN NOT rule.earns[standing.rank] THEN standing.rank
       WHEN coalesce(standing['legs_through_' + rule.through], standing.active_legs) < rule.legs THEN coalesce(standing['legs_through_' + rule.through], standing.active_legs)
       WHEN standing.active_recruits < rule.recruits THEN standing.active_recruits
       WHEN standing.personal_volume < rule.volume THEN standing.personal_volume
       ELSE 0 END AS figure,
  CASE WHEN NOT standing.active THEN coalesce(standing.floor, rule.floor)
       WHEN NOT rule.earns[standing.rank] THEN 0
       WHEN coalesce(standing['legs_through_' + rule.through], standing.active_legs) < rule.legs THEN rule.legs
       WHEN standing.active_recruits < rule.recruits THEN rule.recruits
       WHEN standing.personal_volume < rule.volume THEN rule.volume
       ELSE 1 END AS needed
