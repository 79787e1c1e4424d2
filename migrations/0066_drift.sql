-- Drift: how a version's inputs and scores were spread over the base when it came to serve, and each later measurement
-- against that.

create table model_references (
    version text primary key,
    document text not null
);

create table model_drifts (
    name text not null,
    version text not null,
    measured_at bigint not null,
    as_of bigint not null,
    reference_as_of bigint not null,
    customers bigint not null,
    level text not null,
    score_psi double precision,
    features text not null,
    primary key (version, measured_at)
);
create index model_drifts_by_name on model_drifts (name, measured_at);
