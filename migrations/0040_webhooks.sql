-- Where messages go that boon sends by itself: one row per receiver. `topic` is whose events it hears, `query` which of
-- them, in that topic's own words. Secrets are sealed; the old one signs beside the new one until it ends.

create table webhooks (
    id text primary key,
    topic text not null,
    url text not null,
    query text not null,
    state text not null check (state in ('active', 'gone')),
    secret text not null,
    old_secret text,
    old_secret_until bigint,
    failures bigint not null,
    last_error text not null,
    last_sent_at bigint,
    created_by text not null,
    created_at bigint not null
);
create index webhooks_by_topic on webhooks (topic, state);
create index outbox_by_destination on outbox (kind, destination, state);
