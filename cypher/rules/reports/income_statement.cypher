// What members earned, by rank and in all: how many earned nothing, the mean, and the quantiles of everybody.
//
// mode:    read
// params:  run: INTEGER
// returns: rank: STRING, members: INTEGER, earners: INTEGER, without_share_ppm: INTEGER, earned_minor: INTEGER, mean_minor: INTEGER, p25_minor: INTEGER, median_minor: INTEGER, p75_minor: INTEGER, p90_minor: INTEGER, p99_minor: INTEGER, highest_minor: INTEGER
// areas:   totals
//
// Members who earned nothing, or less than nothing after refunds, count in mean and quantiles. A quantile is
// the amount of a real member (the lowest that covers the share); mean and share are rounded down.

MATCH (run:Run {number: $run})
MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0
WITH run, standing.rank AS own, coalesce(standing.earned, 0) AS earned
UNWIND [own, size(run.ranks)] AS number
WITH run, number, count(*) AS members,
  sum(CASE WHEN earned > 0 THEN 1 ELSE 0 END) AS earners, sum(earned) AS total,
  percentileDisc(earned, 0.25) AS p25, percentileDisc(earned, 0.5) AS median, percentileDisc(earned, 0.75) AS p75,
  percentileDisc(earned, 0.9) AS p90, percentileDisc(earned, 0.99) AS p99, max(earned) AS highest
RETURN
  coalesce(run.ranks[number], 'all') AS rank, members, earners,
  (members - earners) * 1000000 / members AS without_share_ppm,
  total AS earned_minor,
  total / members - CASE WHEN total % members < 0 THEN 1 ELSE 0 END AS mean_minor,
  p25 AS p25_minor, median AS median_minor, p75 AS p75_minor, p90 AS p90_minor, p99 AS p99_minor,
  highest AS highest_minor
ORDER BY number
