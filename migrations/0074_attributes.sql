-- What the warehouse's table of customers says of each beside behaviour (plan, country, consent): one row a customer,
-- the values in the order of the columns of its fill (records/customers/attribute_store.h). Rows of a fill that did not
-- end are readable, too, and are overwritten by the next.

create table attribute_fills (
    fill bigint primary key,
    columns text not null,
    state text not null check (state in ('filling', 'done')),
    filled_at bigint not null
);

-- sqlite:
create table customer_attributes (
    customer_id text primary key,
    fill bigint not null,
    bytes blob not null
) without rowid;
-- postgres:
create table customer_attributes (
    customer_id text collate "C" primary key,
    fill bigint not null,
    bytes bytea not null
);
-- end
