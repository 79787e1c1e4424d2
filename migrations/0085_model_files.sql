-- The files of each version of a model, for servers that have other disks (PostgreSQL).
create table model_files (
    version text not null references model_versions (version),
    name text not null,
-- sqlite:
    bytes blob not null,
-- postgres:
    bytes bytea not null,
-- end
    primary key (version, name)
);
