-- Group volume with a recursive query: each member is carried up to every ancestor. Costs members x depth.
INSERT INTO group_volume
WITH RECURSIVE carried (above, own) AS (
    SELECT id, own FROM member
    UNION ALL
    SELECT member.parent, carried.own
    FROM carried JOIN member ON member.id = carried.above
    WHERE member.parent IS NOT NULL
)
SELECT above, sum(own) FROM carried GROUP BY above;
