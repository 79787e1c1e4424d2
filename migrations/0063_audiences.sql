-- Audiences: named rules that select customers, and every version they had. The number keeps a renamed one's versions
-- together; it is not given again.

-- sqlite:
create table audiences (
    name text primary key,
    audience_id bigint not null,
    description text not null,
    rule text not null,
    version bigint not null,
    created_by text not null,
    created_at bigint not null,
    updated_by text not null,
    updated_at bigint not null
) without rowid;
-- postgres:
create table audiences (
    name text collate "C" primary key,
    audience_id bigint not null,
    description text not null,
    rule text not null,
    version bigint not null,
    created_by text not null,
    created_at bigint not null,
    updated_by text not null,
    updated_at bigint not null
);
-- end
create unique index audiences_by_id on audiences (audience_id);

create table audience_versions (
    audience_id bigint not null,
    version bigint not null,
    name text not null,
    description text not null,
    rule text not null,
    change text not null,
    changed_by text not null,
    changed_at bigint not null,
    primary key (audience_id, version)
);
