-- Who the customers are, as the system says that keeps them: name, status, characteristics (a JSON object) and how to
-- reach them. What is known of their behaviour is in the warehouse and in profiles.

-- sqlite:
create table customers (
    customer_id text primary key,
    external_system text not null,
    name text not null,
    status text not null,
    attributes text not null,
    is_active bigint not null,
    created_at bigint not null,
    updated_at bigint not null
) without rowid;

create table contact_points (
    customer_id text not null references customers (customer_id) on delete cascade,
    position bigint not null,
    kind text not null,
    value text not null,
    preferred bigint not null,
    primary key (customer_id, position)
) without rowid;
-- postgres:
create table customers (
    customer_id text collate "C" primary key,
    external_system text not null,
    name text not null,
    status text not null,
    attributes text not null,
    is_active bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

create table contact_points (
    customer_id text collate "C" not null references customers (customer_id) on delete cascade,
    position bigint not null,
    kind text not null,
    value text not null,
    preferred bigint not null,
    primary key (customer_id, position)
);
-- end
