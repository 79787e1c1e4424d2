-- Events reach profiles, stages and values as they are posted (program/app/event_follower.h).

-- `xid`: positions are given out before commits happen, so that a later one may become visible first.
-- postgres:
alter table events add column xid bigint not null default (pg_current_xact_id()::text::bigint);
create index events_by_commit on events (xid, position);
-- end
create index events_by_customer on events (customer_id, occurred_at);

-- Changes of single profiles are many, and are removed after some hours.
create index change_feed_of_profiles on change_feed (at) where kind = 'profile';

-- One row. What the profiles that serve were computed from, and up to which event customers were brought up to date
-- since. `fill` counts the computations of the whole base; `features` and `own` are JSON.
create table live_features (
    id integer primary key check (id = 1),
    fill bigint not null,
    schema_id bigint not null,
    features text not null,
    own text not null,
    xid bigint not null,
    position bigint not null
);
