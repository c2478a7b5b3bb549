// The first member below the sponsor whose left or right leg is free, level by level and left to right: `parent`, by
// looking at every level.
//
// mode:    fragment
// params:  none
// returns: none

WITH reduce(search = {level: [sponsor], parent: null}, step IN range(1, coalesce(rule.depth, 64)) |
  CASE WHEN search.parent IS NOT NULL OR size(search.level) = 0 THEN search ELSE {
    parent: head([member IN search.level WHERE COUNT {
      MATCH (member)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member)
      WHERE toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
      RETURN DISTINCT toLower(edge.leg) IN ['l', 'left', '1'] AS left
    } < 2]),
    level: reduce(next = [], member IN search.level | next + COLLECT {
      MATCH (member)<-[edge:PLACED_UNDER]-(below:Member)
      WHERE toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
      RETURN below ORDER BY toLower(edge.leg) IN ['r', 'right', '2']
    })
  } END).parent AS parent
WITH parent
WHERE parent IS NOT NULL
