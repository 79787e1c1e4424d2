-- What is known about each customer, ready to serve: one row of float32 features (little-endian, NaN = missing). What
-- the numbers mean is in profile_schemas; exactly one schema is current. A new one is filled beside it, then swapped.

create table profile_schemas (
    schema_id bigint primary key,
    definition text not null,
    state text not null check (state in ('filling', 'current')),
    last_fill bigint not null,
    filled_at bigint
);
create unique index profile_schemas_current on profile_schemas (state) where state = 'current';

-- sqlite:
create table profiles (
    schema_id bigint not null,
    customer_id text not null,
    version bigint not null,
    computed_at bigint not null,
    bytes blob not null,
    primary key (schema_id, customer_id)
) without rowid;
-- postgres:
create table profiles (
    schema_id bigint not null,
    customer_id text collate "C" not null,
    version bigint not null,
    computed_at bigint not null,
    bytes bytea not null,
    primary key (schema_id, customer_id)
);
-- end
