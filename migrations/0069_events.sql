-- What companies post as it happens: transactions, interactions and payments (records/history/events.h), each once per
-- source and id. `position`: the order in which boon took them.

-- sqlite:
create table events (
    position integer primary key autoincrement,
    source text not null,
    id text not null,
    type text not null,
    customer_id text not null,
    occurred_at bigint not null,
    known_at bigint not null,
    data text not null,
    unique (source, id)
);
-- postgres:
create table events (
    position bigint generated always as identity primary key,
    source text collate "C" not null,
    id text collate "C" not null,
    type text not null,
    customer_id text collate "C" not null,
    occurred_at bigint not null,
    known_at bigint not null,
    data text not null,
    unique (source, id)
);
-- end
