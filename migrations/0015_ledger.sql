-- The ledger of decisions and outcomes. Its daily tables are made when a day's first decision comes
-- (records/history/days.h): on SQLite as tables of their own, on PostgreSQL as partitions of the two here.

-- dropping: 1 while the day is being removed.
create table ledger_days (
    day bigint primary key,
    dropping bigint not null
);

-- sqlite:
-- The day of each decision whose id does not tell it (a caller's own).
create table ledger_names (
    decision_id text primary key,
    day bigint not null
) without rowid;
-- postgres:
create table ledger_names (
    decision_id text collate "C" primary key,
    day bigint not null
);

create table decisions (
    day bigint not null,
    decision_id text collate "C" not null,
    customer_id text collate "C" not null,
    decided_at bigint not null,
    placement text not null,
    channel text not null,
    offers text not null,
    schema_id bigint not null,
    catalogue_version bigint not null,
    policy_version bigint not null,
    model_version text not null,
    features bytea not null,
    body text not null
) partition by list (day);

create table outcomes (
    day bigint not null,
    decision_id text collate "C" not null,
    offer_id bigint not null,
    kind text not null,
    occurred_at bigint not null,
    known_at bigint not null,
    revenue bigint,
    event_id text
) partition by list (day);
-- end
create index ledger_names_by_day on ledger_names (day);
