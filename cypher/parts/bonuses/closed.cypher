// Why a level is closed to a payee whose rank would earn it, or null: depth opens with legs, recruits or own volume.
//
// mode:    fragment
// params:  none
// returns: none

CASE
    WHEN rule.depth_by_active_legs IS NOT NULL AND level > coalesce(
      [step IN reverse(rule.depth_by_active_legs) WHERE coalesce(payee['legs_through_' + rule.legs_through], payee.active_legs) >= step[0] | step[1]][0], 0) THEN 'active_legs'
    WHEN rule.depth_by_recruits IS NOT NULL AND level > coalesce(
      [step IN reverse(rule.depth_by_recruits) WHERE payee.active_recruits >= step[0] | step[1]][0], 0) THEN 'recruits'
    WHEN rule.depth_by_volume IS NOT NULL AND level > coalesce(
      [step IN reverse(rule.depth_by_volume) WHERE payee.personal_volume >= step[0] | step[1]][0], 0) THEN 'personal_volume'
  END
