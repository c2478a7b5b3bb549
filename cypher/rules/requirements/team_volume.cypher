// Own volume and that of the next levels below reach a figure.
//
// kind:    requirement
// needs:   team_volumes
// params:  at_least: VOLUME, levels: DEPTH
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

WITH *, reduce(total = 0, level IN range(0, rule.levels) | total + coalesce(standing.team_volumes[level], 0)) AS volume
RETURN rule.at_least AS required, volume AS actual, volume >= rule.at_least AS passes
