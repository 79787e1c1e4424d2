-- The people who use the web UI, who of them is logged in, and the one-time links that set a password. A user who was
-- removed keeps the name. Tokens are stored as their SHA-256 only.

-- sqlite:
create table users (
    name text primary key,
    full_name text not null,
    role text not null,
    password_hash text,
    is_disabled bigint not null,
    version bigint not null,
    created_by text not null,
    created_at bigint not null,
    password_changed_at bigint,
    last_login_at bigint,
    removed_at bigint
) without rowid;

create table user_links (
    name text primary key references users (name) on delete cascade,
    hash bytea not null unique,
    purpose text not null,
    expires_at bigint not null
) without rowid;

create table user_sessions (
    hash bytea primary key,
    name text not null references users (name) on delete cascade,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
) without rowid;
-- postgres:
create table users (
    name text collate "C" primary key,
    full_name text not null,
    role text not null,
    password_hash text,
    is_disabled bigint not null,
    version bigint not null,
    created_by text not null,
    created_at bigint not null,
    password_changed_at bigint,
    last_login_at bigint,
    removed_at bigint
);

create table user_links (
    name text collate "C" primary key references users (name) on delete cascade,
    hash bytea not null unique,
    purpose text not null,
    expires_at bigint not null
);

create table user_sessions (
    hash bytea primary key,
    name text collate "C" not null references users (name) on delete cascade,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
-- end

create index user_sessions_by_name on user_sessions (name);
create index user_sessions_by_expiry on user_sessions (expires_at);
