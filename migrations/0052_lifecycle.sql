-- Stages: one row per stay of a customer in a stage, at most one of them open; what a person set by hand; the rules.

-- sqlite:
create table stays (
    customer_id text not null,
    entered_at bigint not null,
    exited_at bigint,
    stage text not null,
    rule text not null,
    reason text not null,
    rules_version bigint not null,
    check (exited_at is null or exited_at > entered_at),
    primary key (customer_id, entered_at)
) without rowid;
-- postgres:
create table stays (
    customer_id text collate "C" not null,
    entered_at bigint not null,
    exited_at bigint,
    stage text not null,
    rule text not null,
    reason text not null,
    rules_version bigint not null,
    check (exited_at is null or exited_at > entered_at),
    primary key (customer_id, entered_at)
);
-- end
create unique index stays_one_open on stays (customer_id) where exited_at is null;
create index stays_by_entry on stays (entered_at, stage);
create index stays_by_exit on stays (exited_at, stage) where exited_at is not null;

-- sqlite:
create table stage_overrides (
    customer_id text primary key,
    stage text not null,
    note text not null,
    author text not null,
    set_at bigint not null,
    expires_at bigint,
    version bigint not null
);
-- postgres:
create table stage_overrides (
    customer_id text collate "C" primary key,
    stage text not null,
    note text not null,
    author text not null,
    set_at bigint not null,
    expires_at bigint,
    version bigint not null
);
-- end

-- The newest version is the one in force.
create table stage_rules (
    version bigint primary key,
    document text not null,
    note text not null,
    published_by text not null,
    published_at bigint not null
);

-- Each recomputation of the whole base that came to its end.
create table stage_runs (
    as_of bigint primary key,
    rules_version bigint not null,
    customers bigint not null,
    entered bigint not null,
    moved bigint not null,
    left_base bigint not null,
    held bigint not null,
    finished_at bigint not null
);
