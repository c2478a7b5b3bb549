-- The engine's results, copied in for the comparison; same columns and types as the results here.
DROP TABLE IF EXISTS engine_standing, engine_earning, engine_total, engine_unpaid;
CREATE UNLOGGED TABLE engine_standing (
    member_id text, parent_id text, leg text, depth integer, status text, active boolean, orders integer,
    personal_volume bigint, commissionable_volume bigint, customer_volume bigint, group_volume bigint,
    qualified_rank text, rank text, lifetime_rank text, earned bigint
);
CREATE UNLOGGED TABLE engine_earning (member_id text, bonus text, amount bigint, exact bigint, lines integer);
CREATE UNLOGGED TABLE engine_total (
    bonus text, payees integer, lines integer, paid bigint, paid_exact bigint, breakage bigint, budget bigint,
    rounding bigint
);
CREATE UNLOGGED TABLE engine_unpaid (bonus text, reason text, exact bigint);
