-- Value: each customer's history (a row when the segment, an RFM score or the base changes, or the score moves by five
-- points), and one row per recomputation of the base with its shape, by which one customer is scored between two.

-- sqlite:
create table value_history (
    customer_id text not null,
    at bigint not null,
    value_score double precision not null,
    value_segment text not null,
    is_partial bigint not null,
    in_base bigint not null,
    r bigint not null,
    f bigint not null,
    m bigint not null,
    rfm_segment text not null,
    revenue_365d double precision,
    lifetime_value double precision,
    predicted_ltv double precision,
    primary key (customer_id, at)
) without rowid;
-- postgres:
create table value_history (
    customer_id text collate "C" not null,
    at bigint not null,
    value_score double precision not null,
    value_segment text not null,
    is_partial bigint not null,
    in_base bigint not null,
    r bigint not null,
    f bigint not null,
    m bigint not null,
    rfm_segment text not null,
    revenue_365d double precision,
    lifetime_value double precision,
    predicted_ltv double precision,
    primary key (customer_id, at)
);
-- end
create index value_history_by_time on value_history (at);

create table value_runs (
    as_of bigint primary key,
    customers bigint not null,
    in_base bigint not null,
    is_partial bigint not null,
    changed bigint not null,
    model_version text not null,
    segments text not null,
    shape text not null,
    finished_at bigint not null
);
