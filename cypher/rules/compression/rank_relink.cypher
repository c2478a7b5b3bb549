// Each member hangs under the nearest one above of at least a rank: the tree of generations.
//
// kind:    compression
// params:  rank: RANK, inactive: ONE_OF<lose|keep> = lose
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER
//
// With inactive = "keep" a member who holds the rank keeps the place without being active in the period;
// accounts that are terminated or have become customers never do.

RETURN
  standing.rank >= rule.rank AND NOT standing.status IN ['terminated', 'customer']
    AND (standing.active OR rule.inactive = 'keep') AS keeps,
  CASE WHEN standing.status IN ['terminated', 'customer'] THEN standing.status
       WHEN standing.rank < rule.rank THEN 'rank'
       WHEN standing.status <> 'active' THEN standing.status ELSE 'inactive' END AS reason,
  CASE WHEN standing.rank < rule.rank THEN standing.rank ELSE standing.personal_volume END AS figure,
  CASE WHEN standing.rank < rule.rank THEN rule.rank ELSE coalesce(standing.floor, rule.floor) END AS needed
