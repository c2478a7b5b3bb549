-- The checks that the engine makes of each of its runs, made here as well: a row for each violation.
SELECT 'everyone has a standing' AS check, expected, actual
FROM (SELECT count(*) AS expected FROM member WHERE enrolled_on <= %(last_day)s) AS enrolled,
    (SELECT count(*) AS actual FROM standing WHERE run = %(run)s) AS standings
WHERE expected <> actual
UNION ALL
SELECT 'group volumes of the roots hold all personal volume', expected, actual
FROM (
    SELECT sum(personal_volume) AS expected, sum(group_volume) FILTER (WHERE depth = 0) AS actual
    FROM standing WHERE run = %(run)s
) AS volumes
WHERE expected <> actual
UNION ALL
SELECT 'whoever receives in place of others is above them', 0, count(*)
FROM nearest
WHERE anybody >= place OR builder > anybody OR leader > builder OR director > leader
HAVING count(*) <> 0
UNION ALL
SELECT 'lines, paid or not, make up all that Team could pay', expected, actual
FROM (SELECT sum(commissionable_volume) * 260000 AS expected FROM standing WHERE run = %(run)s) AS volume,
    (SELECT paid_exact + breakage AS actual FROM bonus_total WHERE run = %(run)s AND bonus = 'Team') AS total
WHERE expected <> actual
UNION ALL
SELECT 'earnings of all members are what was paid', expected, actual
FROM (SELECT sum(paid) AS expected FROM bonus_total WHERE run = %(run)s) AS total,
    (SELECT sum(earned) AS actual FROM standing WHERE run = %(run)s) AS earned
WHERE expected <> actual;
