-- From text to typed tables, in bulk: rows first, then keys, foreign keys and statistics.
INSERT INTO company
SELECT CASE
    WHEN EXISTS (SELECT FROM incoming_members WHERE placement_id IS NOT NULL)
        OR EXISTS (SELECT FROM incoming_moves WHERE tree = 'placement') THEN 'placement'
    ELSE 'sponsor' END;

INSERT INTO member
SELECT row_no, member_id, name, coalesce(lower(status), 'active'), country, owner_id, enrolled_on::date
FROM incoming_members;
ALTER TABLE member ADD PRIMARY KEY (member), ADD UNIQUE (member_id);
ANALYZE member;

INSERT INTO customer
SELECT row_no, customer_id, incoming.name, member, since::date
FROM incoming_customers AS incoming JOIN member USING (member_id);
ALTER TABLE customer ADD PRIMARY KEY (customer), ADD UNIQUE (customer_id);
ANALYZE customer;

INSERT INTO orders
SELECT incoming.row_no, incoming.order_id, incoming.ordered_at::timestamptz, member.member, customer.customer,
    lower(incoming.kind), (incoming.qualifying_volume::numeric * 100)::bigint,
    (incoming.commissionable_volume::numeric * 100)::bigint, incoming.amount::numeric, incoming.currency, bought.row_no
FROM incoming_orders AS incoming
JOIN member USING (member_id)
LEFT JOIN customer USING (customer_id)
LEFT JOIN incoming_orders AS bought ON bought.order_id = incoming.refund_of
ORDER BY incoming.row_no;
ALTER TABLE orders ADD PRIMARY KEY (order_no), ADD UNIQUE (order_id);
CREATE INDEX ON orders (ordered_at);
ALTER TABLE orders
    ADD FOREIGN KEY (member) REFERENCES member,
    ADD FOREIGN KEY (customer) REFERENCES customer,
    ADD FOREIGN KEY (refund_of) REFERENCES orders;
ANALYZE orders;

-- The first edge of each tree is that of the members table, since enrolment. Each move closes the edge before it; moves
-- of one day apply as they were recorded. Only the company's main tree has legs.
INSERT INTO edge
WITH step AS (
    SELECT 'sponsor' AS tree, member_id, sponsor_id AS parent_id, leg, enrolled_on::date AS since,
        '-infinity'::timestamptz AS recorded_at, 0 AS turn, row_no
    FROM incoming_members WHERE sponsor_id IS NOT NULL
    UNION ALL
    SELECT 'placement', member_id, placement_id, leg, enrolled_on::date, '-infinity', 0, row_no
    FROM incoming_members WHERE placement_id IS NOT NULL
    UNION ALL
    SELECT lower(tree), member_id, parent_id, leg, effective_on::date,
        coalesce(recorded_at::timestamptz, effective_on::timestamptz), 1, row_no
    FROM incoming_moves
)
SELECT tree, member.member, parent.member, CASE WHEN tree = (SELECT main_tree FROM company) THEN leg END, since,
    lead(since) OVER (PARTITION BY tree, member.member ORDER BY turn, since, recorded_at, step.row_no)
FROM step
JOIN member USING (member_id)
JOIN member AS parent ON parent.member_id = step.parent_id;
ALTER TABLE edge
    ADD FOREIGN KEY (member) REFERENCES member,
    ADD FOREIGN KEY (parent) REFERENCES member;
CREATE INDEX ON edge (member);
ANALYZE edge;

INSERT INTO override
SELECT member, lower(kind), value, to_date(first_period, 'YYYY-MM'),
    (to_date(last_period, 'YYYY-MM') + interval '1 month' - interval '1 day')::date
FROM incoming_overrides JOIN member USING (member_id);
ALTER TABLE override ADD FOREIGN KEY (member) REFERENCES member;
ANALYZE override;

DROP TABLE incoming_members, incoming_customers, incoming_orders, incoming_moves, incoming_overrides;
