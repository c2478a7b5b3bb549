-- Both bonuses, line by line: base times rate, each line rounded by itself.

-- The orders that carry commissionable volume. A refund counts as the order that it takes back.
CREATE UNLOGGED TABLE line AS
SELECT tree.place, tree.parent, tree.active, orders.commissionable_volume AS volume,
    coalesce(bought.customer, CASE WHEN bought.order_no IS NULL THEN orders.customer END) IS NOT NULL AS of_customer
FROM orders
JOIN tree USING (member)
LEFT JOIN orders AS bought ON bought.order_no = orders.refund_of
WHERE orders.ordered_at >= %(starts)s AND orders.ordered_at < %(ends)s AND orders.commissionable_volume <> 0;
ANALYZE line;

-- Retail: 20 %% of customers' orders to the member, who has to be active.
INSERT INTO earning
SELECT %(run)s, member, 'Retail', amount, exact, lines
FROM (
    SELECT place, sum(half_even(volume * 20, 100))::bigint AS amount, sum(volume * 200000)::bigint AS exact,
        count(*) AS lines
    FROM line WHERE of_customer AND active
    GROUP BY place
) AS paid
JOIN tree USING (place)
ORDER BY member;
INSERT INTO unpaid
SELECT %(run)s, 'Retail', 'inactive', sum(volume * 200000)
FROM line WHERE of_customer AND NOT active
HAVING sum(volume) <> 0;

-- Team, level 1: all orders that go to the same first receiver share the way up from there. A line's rounding depends on
-- its volume and its rate alone, so each order is rounded once for each of the six rates, and then only sums go up.
CREATE UNLOGGED TABLE offered AS
SELECT CASE WHEN parent.active THEN parent.place ELSE nearest.anybody END AS first, count(*) AS lines,
    sum(volume)::bigint AS volume,
    ARRAY[
        sum(half_even(volume, 100)), sum(half_even(volume * 2, 100)), sum(half_even(volume * 3, 100)),
        sum(half_even(volume * 4, 100)), sum(half_even(volume * 5, 100)), sum(half_even(volume * 6, 100))
    ]::bigint[] AS cents
FROM line
LEFT JOIN tree AS parent ON parent.place = line.parent
LEFT JOIN nearest ON nearest.place = line.parent
GROUP BY 1;
ANALYZE offered;

-- Each further level goes on from the receiver of the level before.
CREATE UNLOGGED TABLE share AS
SELECT chain.level, chain.place, rate.percent, offered.lines, offered.volume, offered.cents[rate.percent] AS cents
FROM offered
LEFT JOIN nearest AS one ON one.place = offered.first
LEFT JOIN nearest AS two ON two.place = one.anybody
LEFT JOIN nearest AS three ON three.place = two.builder
LEFT JOIN nearest AS four ON four.place = three.leader
LEFT JOIN nearest AS five ON five.place = four.leader
LEFT JOIN nearest AS six ON six.place = five.director
CROSS JOIN LATERAL (VALUES
    (1, offered.first), (2, one.anybody), (3, two.builder), (4, three.leader), (5, four.leader), (6, five.director),
    (7, six.director)
) AS chain (level, place)
LEFT JOIN tree ON tree.place = chain.place
LEFT JOIN team_rate AS rate ON rate.rank = tree.rank AND rate.level = chain.level;

INSERT INTO earning
SELECT %(run)s, member, 'Team', amount, exact, lines
FROM (
    SELECT place, sum(cents)::bigint AS amount, sum(volume * percent * 10000)::bigint AS exact, sum(lines) AS lines
    FROM share WHERE place IS NOT NULL
    GROUP BY place
) AS paid
JOIN tree USING (place)
ORDER BY member;
INSERT INTO unpaid
SELECT %(run)s, 'Team', CASE WHEN place IS NULL THEN 'no_upline' ELSE 'lower_rate' END AS reason,
    sum(volume * (most - coalesce(percent, 0)) * 10000)
FROM share JOIN (SELECT DISTINCT level, most FROM team_rate) AS highest USING (level)
GROUP BY reason
HAVING sum(volume * (most - coalesce(percent, 0))) <> 0;

INSERT INTO bonus_total
SELECT %(run)s, bonus, coalesce(payees, 0), coalesce(lines, 0), coalesce(paid, 0), coalesce(earned.exact, 0),
    coalesce(missing.exact, 0)
FROM (VALUES ('Retail'), ('Team')) AS due (bonus)
LEFT JOIN (
    SELECT bonus, count(*) AS payees, sum(lines) AS lines, sum(amount) AS paid, sum(exact) AS exact
    FROM earning WHERE run = %(run)s
    GROUP BY bonus
) AS earned USING (bonus)
LEFT JOIN (SELECT bonus, sum(exact) AS exact FROM unpaid WHERE run = %(run)s GROUP BY bonus) AS missing USING (bonus);
