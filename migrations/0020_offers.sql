-- The catalogue: one row per offer, and one per version it ever had. Offers are retired, never deleted, so that an id
-- is never given twice. Amounts are minor units of the programme's currency.

create table offers (
    offer_id bigint primary key,
    name text not null,
    description text not null,
    category text not null,
    is_active bigint not null,
    status text not null check (status in ('draft', 'live', 'paused', 'retired')),
    lifecycle_stage text,
    target_segment text,
    min_customer_value bigint,
    max_customer_value bigint,
    external_offer_id text,
    external_system text not null,
    last_synced bigint,
    valid_from bigint,
    valid_until bigint,
    channels text not null,
    placements text not null,
    value bigint,
    redemption_cost bigint not null,
    contact_cost bigint not null,
    currency text not null,
    weight double precision not null,
    horizon_days bigint not null,
    tags text not null,
    content text not null,
    is_fallback bigint not null,
    attributes text not null,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index offers_by_name on offers (name, offer_id);
create index offers_by_update on offers (updated_at, offer_id);
create index offers_by_source on offers (external_system, external_offer_id);

create table offer_versions (
    offer_id bigint not null,
    version bigint not null,
    change text not null,
    changed_by text not null,
    changed_at bigint not null,
    offer text not null,
    primary key (offer_id, version)
);
