-- boon's own bookkeeping. Types are written so that both engines read them: bigint, double precision, text, bytea.
-- Times are microseconds since 1970 (UTC); booleans are 0 or 1.

create table schema_migrations (
    number bigint primary key,
    name text not null,
    checksum text not null,
    applied_at bigint not null
);

create table settings (
    name text primary key,
    value text not null,
    updated_at bigint not null
);

create table jobs (
    id text primary key,
    kind text not null,
    parameters text not null,
    state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    done bigint not null,
    total bigint not null,
    rate_per_s double precision not null,
    checkpoint text not null,
    result text not null,
    error text not null,
    cancel_requested bigint not null,
    created_by text not null,
    created_at bigint not null,
    started_at bigint,
    finished_at bigint,
    owner text not null,
    lease_until bigint,
    fence bigint not null
);
create index jobs_by_state on jobs (state, created_at);
create index jobs_by_time on jobs (created_at);

-- xid orders what commits out of order: on PostgreSQL the transaction's number, on SQLite always 0 (one writer).
-- sqlite:
create table change_feed (
    seq integer primary key autoincrement,
    xid bigint not null default 0,
    kind text not null,
    key text not null,
    at bigint not null
);
-- postgres:
create table change_feed (
    seq bigint generated always as identity primary key,
    xid bigint not null default (pg_current_xact_id()::text::bigint),
    kind text not null,
    key text not null,
    at bigint not null
);
-- end
create index change_feed_by_commit on change_feed (xid, seq);

-- before, after and salt go when a value is erased; the commitment and the chain stay.
create table audit_log (
    seq bigint primary key,
    at bigint not null,
    who text not null,
    what text not null,
    target text not null,
    before text,
    after text,
    salt bytea,
    commitment bytea not null,
    hash bytea not null
);
create index audit_log_by_target on audit_log (target, seq);
create table audit_head (
    id bigint primary key check (id = 1),
    seq bigint not null,
    hash bytea not null
);
insert into audit_head (id, seq, hash) values (1, 0, '');

create table idempotency_keys (
    scope text not null,
    key text not null,
    body_hash bytea not null,
    status bigint not null,
    content_type text not null,
    answer text not null,
    expires_at bigint not null,
    primary key (scope, key)
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);

create table outbox (
    id text primary key,
    kind text not null,
    destination text not null,
    payload text not null,
    state text not null check (state in ('waiting', 'sent', 'given_up')),
    attempts bigint not null,
    due_at bigint not null,
    fence bigint not null,
    last_error text not null,
    created_at bigint not null,
    finished_at bigint
);
create index outbox_by_due on outbox (state, due_at);

create table api_keys (
    id text primary key,
    name text not null,
    hash bytea not null unique,
    scopes text not null,
    created_by text not null,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint
);
