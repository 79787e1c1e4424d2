-- Versions of models. At most one champion per name: the one that serves.
create table model_versions (
    version text primary key,
    name text not null,
    kind text not null,
    state text not null check (state in ('candidate', 'champion', 'challenger', 'retired')),
    path text not null,
    manifest_hash text not null,
    gate_passed bigint not null,
    verdict text not null,
    metrics text not null,
    fallback_value double precision,
    created_at bigint not null,
    created_by text not null,
    promoted_at bigint,
    retired_at bigint
);
create index model_versions_by_name on model_versions (name, created_at);
create unique index model_versions_one_champion on model_versions (name) where state = 'champion';
create unique index model_versions_one_challenger on model_versions (name) where state = 'challenger';
