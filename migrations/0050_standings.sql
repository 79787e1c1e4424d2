-- Where each customer stands: written by lifecycle (the stage's columns) and by value (the others), in the transaction
-- of what they decided; NULL where that has not been worked out yet.

-- sqlite:
create table standings (
    customer_id text primary key,
    stage text,
    stage_since bigint,
    stage_flags text,
    overridden bigint,
    value_score double precision,
    value_segment text,
    is_partial bigint,
    in_base bigint,
    r bigint,
    f bigint,
    m bigint,
    rfm_segment text,
    predicted_ltv double precision
) without rowid;
-- postgres:
create table standings (
    customer_id text collate "C" primary key,
    stage text,
    stage_since bigint,
    stage_flags text,
    overridden bigint,
    value_score double precision,
    value_segment text,
    is_partial bigint,
    in_base bigint,
    r bigint,
    f bigint,
    m bigint,
    rfm_segment text,
    predicted_ltv double precision
);
-- end
