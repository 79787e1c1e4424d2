-- How far each source is: what it has posted so far, whatever was removed since, and how much of it came late
-- (records/history/events.h).
-- sqlite:
create table event_sources (
    source text not null,
    type text not null,
    events bigint not null,
    late bigint not null,
    last_occurred_at bigint not null,
    last_known_at bigint not null,
    primary key (source, type)
) without rowid;
-- postgres:
create table event_sources (
    source text collate "C" not null,
    type text not null,
    events bigint not null,
    late bigint not null,
    last_occurred_at bigint not null,
    last_known_at bigint not null,
    primary key (source, type)
);
-- end
insert into event_sources (source, type, events, late, last_occurred_at, last_known_at)
select source, type, count(*), 0, max(occurred_at), max(known_at) from events group by source, type;
