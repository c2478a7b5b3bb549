// Group volume after breakaway, for each rank as the border.
//
// mode:    fragment
// params:  ranks: LIST<MAP>
// returns: none

[border IN range(0, size($ranks)) | standing.personal_volume + reduce(total = 0, leg IN legs | total
  + CASE WHEN leg.active AND leg.rank >= border THEN 0 ELSE leg.volumes_after[border] END)]
