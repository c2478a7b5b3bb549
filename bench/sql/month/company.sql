-- The company's tables as PostgreSQL keeps them: text as it comes in, then typed tables with the history of both trees.
-- Volumes are whole hundredths. Nothing here is part of a month: it is loading.
DROP TABLE IF EXISTS incoming_members, incoming_customers, incoming_orders, incoming_moves, incoming_overrides,
    company, member, customer, orders, edge, override CASCADE;

CREATE UNLOGGED TABLE incoming_members (
    row_no integer GENERATED ALWAYS AS IDENTITY,
    member_id text, name text, sponsor_id text, placement_id text, leg text, enrolled_on text, status text,
    country text, owner_id text
);
CREATE UNLOGGED TABLE incoming_customers (
    row_no integer GENERATED ALWAYS AS IDENTITY,
    customer_id text, name text, member_id text, since text
);
CREATE UNLOGGED TABLE incoming_orders (
    row_no integer GENERATED ALWAYS AS IDENTITY,
    order_id text, ordered_at text, member_id text, customer_id text, kind text, qualifying_volume text,
    commissionable_volume text, amount text, currency text, refund_of text
);
CREATE UNLOGGED TABLE incoming_moves (
    row_no integer GENERATED ALWAYS AS IDENTITY,
    member_id text, tree text, parent_id text, leg text, effective_on text, recorded_at text, actor text, reason text
);
CREATE UNLOGGED TABLE incoming_overrides (
    row_no integer GENERATED ALWAYS AS IDENTITY,
    member_id text, kind text, value text, first_period text, last_period text, actor text, reason text
);

CREATE TABLE company (main_tree text NOT NULL);
CREATE TABLE member (
    member integer NOT NULL,
    member_id text NOT NULL,
    name text,
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'terminated', 'customer')),
    country text,
    owner_id text,
    enrolled_on date NOT NULL
);
CREATE TABLE customer (
    customer integer NOT NULL,
    customer_id text NOT NULL,
    name text,
    member integer NOT NULL,
    since date
);
CREATE TABLE orders (
    order_no integer NOT NULL,
    order_id text NOT NULL,
    ordered_at timestamptz NOT NULL,
    member integer NOT NULL,
    customer integer,
    kind text NOT NULL,
    qualifying_volume bigint NOT NULL,
    commissionable_volume bigint NOT NULL,
    amount numeric NOT NULL,
    currency text NOT NULL,
    refund_of integer
);
-- Who was under whom, on the days since <= day < until; an open end is null.
CREATE TABLE edge (
    tree text NOT NULL,
    member integer NOT NULL,
    parent integer NOT NULL,
    leg text,
    since date NOT NULL,
    until date
);
-- What the company grants a member in the months from first_day to last_day; an open end is null.
CREATE TABLE override (
    member integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('rank', 'active', 'exempt')),
    value text,
    first_day date NOT NULL,
    last_day date
);
