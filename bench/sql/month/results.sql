-- The plan's rates, the rounding, and the tables that results are kept in: made once.
-- The figures of the plan aurora are written by hand, here and in ranks.sql; nothing is taken from the engine.
DROP TABLE IF EXISTS rank_name, team_rate, standing, earning, bonus_total, unpaid CASCADE;
DROP FUNCTION IF EXISTS half_even, rank_of;

-- A product of integers to a whole number, halves to the even neighbour. Below zero it mirrors what is above.
CREATE FUNCTION half_even(exact bigint, parts bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN exact / parts + CASE
    WHEN 2 * abs(mod(exact, parts)) < parts THEN 0
    WHEN 2 * abs(mod(exact, parts)) = parts AND mod(exact / parts, 2) = 0 THEN 0
    WHEN exact < 0 THEN -1
    ELSE 1 END;

-- The highest rank that a member qualifies for. Volumes are hundredths; the legs are counted leg by leg before: their
-- volume as far as each counts for a Leader (at most 60 % of 2,500) and for a Director (at most 50 % of 15,000), and
-- how many of them hold a Builder or higher, and a Leader or higher.
CREATE FUNCTION rank_of(
    active boolean, personal_volume bigint, of_legs bigint, for_leader bigint, for_director bigint, builders bigint,
    leaders bigint
) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN NOT active OR personal_volume < 6000 THEN 0
    WHEN personal_volume >= 10000 AND personal_volume + for_director >= 1500000 AND leaders >= 2 THEN 3
    WHEN personal_volume + for_leader >= 250000 AND builders >= 2 THEN 2
    WHEN personal_volume + of_legs >= 50000 THEN 1
    ELSE 0 END::smallint;

CREATE TABLE rank_name (rank smallint PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO rank_name VALUES (0, 'none'), (1, 'Builder'), (2, 'Leader'), (3, 'Director');

-- Percent by level and rank, as far as a rank earns; `most` is the highest rate of the level.
CREATE TABLE team_rate (
    rank smallint, level smallint, percent integer NOT NULL, most integer NOT NULL, PRIMARY KEY (rank, level)
);
INSERT INTO team_rate VALUES
    (0, 1, 5, 6), (0, 2, 3, 5),
    (1, 1, 5, 6), (1, 2, 4, 5), (1, 3, 3, 5),
    (2, 1, 6, 6), (2, 2, 5, 5), (2, 3, 4, 5), (2, 4, 3, 4), (2, 5, 2, 3),
    (3, 1, 6, 6), (3, 2, 5, 5), (3, 3, 5, 5), (3, 4, 4, 4), (3, 5, 3, 3), (3, 6, 2, 2), (3, 7, 1, 1);
ANALYZE team_rate;

-- Volumes in hundredths, `earned` in cents. Ranks are numbers of rank_name; `kept_rank` is what an exempt member keeps.
CREATE TABLE standing (
    run integer NOT NULL, member integer NOT NULL, parent integer, leg text, depth integer NOT NULL,
    status text NOT NULL, active boolean NOT NULL, orders integer NOT NULL, personal_volume bigint NOT NULL,
    commissionable_volume bigint NOT NULL, customer_volume bigint NOT NULL, group_volume bigint NOT NULL,
    qualified_rank smallint NOT NULL, rank smallint NOT NULL, best_rank smallint NOT NULL,
    lifetime_rank smallint NOT NULL, kept_rank smallint NOT NULL, earned bigint NOT NULL,
    PRIMARY KEY (run, member)
);
-- `exact` is base times rate before rounding, in millionths of a cent.
CREATE TABLE earning (
    run integer NOT NULL, member integer NOT NULL, bonus text NOT NULL, amount bigint NOT NULL, exact bigint NOT NULL,
    lines integer NOT NULL,
    PRIMARY KEY (run, member, bonus)
);
CREATE TABLE bonus_total (
    run integer NOT NULL, bonus text NOT NULL, payees integer NOT NULL, lines integer NOT NULL, paid bigint NOT NULL,
    paid_exact bigint NOT NULL, breakage bigint NOT NULL,
    PRIMARY KEY (run, bonus)
);
-- What nobody earned, by reason, in millionths of a cent.
CREATE TABLE unpaid (
    run integer NOT NULL, bonus text NOT NULL, reason text NOT NULL, exact bigint NOT NULL,
    PRIMARY KEY (run, bonus, reason)
);
