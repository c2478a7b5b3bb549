// Volume by level below, own volume first, as deep as the plan's requirements look.
//
// mode:    fragment
// stage:   volumes
// reach:   levels
// order:   up
// params:  team_levels: INTEGER
// returns: none

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
WITH standing, [team IN collect(below.team_volumes) | team] AS teams
SET standing.team_volumes = [standing.personal_volume] + CASE WHEN size(teams) = 0 THEN [] ELSE
  [level IN range(0, $team_levels - 1) | reduce(total = 0, team IN teams | total + coalesce(team[level], 0))] END
