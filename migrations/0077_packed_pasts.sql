-- What each customer was, and when, packed (records/profiles/pasts.h): some hundred customers, neighbours by id, are a
-- line. Who is named as loose has rows that its line does not have, or is in no line yet.

-- sqlite:
create table stays_packed (
    last_id text primary key,
    first_id text not null,
    bytes blob not null
);
create table stays_loose (customer_id text primary key) without rowid;
create table value_history_packed (
    last_id text primary key,
    first_id text not null,
    bytes blob not null
);
create table value_history_loose (customer_id text primary key) without rowid;
-- postgres:
create table stays_packed (
    last_id text collate "C" primary key,
    first_id text collate "C" not null,
    bytes bytea not null
);
alter table stays_packed alter column bytes set storage external;
create table stays_loose (customer_id text collate "C" primary key);
create table value_history_packed (
    last_id text collate "C" primary key,
    first_id text collate "C" not null,
    bytes bytea not null
);
alter table value_history_packed alter column bytes set storage external;
create table value_history_loose (customer_id text collate "C" primary key);
-- end
insert into stays_loose (customer_id) select distinct customer_id from stays;
insert into value_history_loose (customer_id) select distinct customer_id from value_history;
