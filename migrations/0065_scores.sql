-- What all models said of the whole base, when they last were asked: one row of float32 per customer (little-endian,
-- NaN = nothing is said). What the numbers are is in score_runs; rows of a run that did not end are overwritten by
-- the next.

create table score_runs (
    run bigint primary key,
    as_of bigint not null,
    scored_at bigint not null,
    state text not null check (state in ('filling', 'done')),
    customers bigint not null,
    seconds double precision not null,
    columns text not null,
    file text not null
);

-- sqlite:
create table customer_scores (
    customer_id text primary key,
    run bigint not null,
    bytes blob not null
) without rowid;
-- postgres:
create table customer_scores (
    customer_id text collate "C" primary key,
    run bigint not null,
    bytes bytea not null
);
-- end
