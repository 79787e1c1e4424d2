-- The rest of an offer: its price, its rule, how often and how much at most, and why a source withdrew it. The previous
-- release writes none of these, so each has a default.

alter table offers add column inactive_reason text;
alter table offers add column eligibility_rule text;
alter table offers add column price bigint;
alter table offers add column budget bigint;
alter table offers add column caps text not null default '[]';
alter table offers add column exclusion_group text;
alter table offers add column one_time bigint not null default 0;
alter table offers add column is_service_message bigint not null default 0;
create index offers_by_exclusion_group on offers (exclusion_group);
