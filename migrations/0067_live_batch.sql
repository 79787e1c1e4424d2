-- A batch of staged offers becomes the catalogue's word by one row here, however many offers it has; after that its
-- rows move into the tables of the catalogue, some at a time (records/catalog/live_batch.h). None or one.
create table live_batch (
    id bigint primary key check (id = 1),
    batch text not null,
    change text not null,
    changed_by text not null,
    changed_at bigint not null
);

-- What the catalogue says, and its history, whatever has moved: read these. A migration that changes the columns of
-- `offers` makes the view anew.
create view current_offers as
select
    offer_id, name, description, category, is_active, status, lifecycle_stage, target_segment, min_customer_value,
    max_customer_value, external_offer_id, external_system, last_synced, valid_from, valid_until, channels,
    placements, value, redemption_cost, contact_cost, currency, weight, horizon_days, tags, content, is_fallback,
    attributes, version, created_at, updated_at, inactive_reason, eligibility_rule, price, budget, caps,
    exclusion_group, one_time, is_service_message, search_text
from offers
where not exists (
    select 1 from staged_offers s
    where s.batch = (select batch from live_batch) and s.offer_id = offers.offer_id
)
union all
select
    offer_id, name, description, category, is_active, status, lifecycle_stage, target_segment, min_customer_value,
    max_customer_value, external_offer_id, external_system, last_synced, valid_from, valid_until, channels,
    placements, value, redemption_cost, contact_cost, currency, weight, horizon_days, tags, content, is_fallback,
    attributes, version, created_at, updated_at, inactive_reason, eligibility_rule, price, budget, caps,
    exclusion_group, one_time, is_service_message, search_text
from staged_offers
where batch = (select batch from live_batch);

create view current_versions as
select offer_id, version, change, changed_by, changed_at, offer from offer_versions
union all
select s.offer_id, s.version, b.change, b.changed_by, b.changed_at, s.record
from staged_offers s, live_batch b
where s.batch = (select batch from live_batch);
