-- Offers that come from elsewhere: the sources, their runs, and what a run is about to do.

create table sync_sources (
    name text primary key,
    kind text not null,
    base_url text not null,
    options text not null,
    mapping text not null,
    is_scheduled bigint not null,
    interval_s bigint not null,
    withdraw_limit_percent double precision not null,
    from_settings bigint not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

-- What the runs leave behind for the next: apart from the source, so that a run is no change of it.
-- token: where an incremental crawl goes on, when the source is still at token_version.
create table sync_progress (
    source text primary key,
    token text not null,
    token_version bigint not null,
    full_crawl_at bigint,
    due_at bigint
);

-- Sealed (platform/storage/secrets.h).
create table sync_secrets (
    source text not null,
    name text not null,
    sealed text not null,
    primary key (source, name)
);

create table sync_runs (
    id text primary key,
    source text not null,
    source_version bigint not null,
    state text not null
        check (state in ('queued', 'running', 'needs_approval', 'succeeded', 'failed', 'cancelled', 'superseded')),
    mode text not null check (mode in ('apply', 'dry_run')),
    crawl text not null check (crawl in ('automatic', 'full', 'incremental', 'unchanged')),
    started_by text not null,
    approved_by text,
    job_id text not null,
    created_at bigint not null,
    started_at bigint,
    finished_at bigint,
    step text not null,
    pages bigint not null,
    records bigint not null,
    total bigint not null,
    created bigint not null,
    updated bigint not null,
    unchanged bigint not null,
    withdrawn bigint not null,
    rejected bigint not null,
    live_before bigint not null,
    leaving bigint not null,
    applied bigint not null,
    reason text not null,
    token text not null,
    impact text not null
);
create index sync_runs_by_time on sync_runs (created_at, id);
create index sync_runs_by_source on sync_runs (source, created_at);
-- One at a time per source, whoever starts it, on whatever server.
create unique index sync_runs_one_active on sync_runs (source) where state in ('queued', 'running');

-- What a run would do, record by record; what is unchanged is only counted. leaves: 1 when customers lose the offer.
create table sync_staged (
    run_id text not null,
    ord bigint not null,
    external_id text not null,
    outcome text not null check (outcome in ('created', 'updated', 'withdrawn', 'rejected')),
    offer_id bigint not null,
    name text not null,
    fields text not null,
    reason text not null,
    diff text not null,
    leaves bigint not null,
    primary key (run_id, ord)
);
create index sync_staged_by_id on sync_staged (run_id, external_id);
create index sync_staged_by_outcome on sync_staged (run_id, outcome, ord);

-- Offers as a run is about to write them: the columns of `offers` (a migration that changes those changes these), the
-- run they are of, and their version as the history keeps it.
create table staged_offers as select * from offers where 1 = 0;
alter table staged_offers add column batch text;
alter table staged_offers add column record text;
create index staged_offers_by_batch on staged_offers (batch, offer_id);
