-- What TM Forum's product catalogue knows beside the offers: its own resources as they are served (but for `href`), and
-- of each offering what the offer has no place for.

create table tmf_resources (
    kind text not null,
    id text not null,
    body text not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (kind, id)
);
create index tmf_resources_by_time on tmf_resources (kind, created_at, id);

-- `price`: what the offering's first price amounted to when it was kept. `told`: the offering as listeners last heard
-- of it, at the offer's version `announced`. An offering that was deleted stays an offer (retired), but is no offering
-- any more.
create table tmf_offerings (
    offer_id bigint primary key,
    extra text not null,
    price double precision,
    told text not null,
    announced bigint not null,
    updated_at bigint not null,
    deleted_at bigint
);

-- An offering that is no bundle needs a specification; offers that were made elsewhere refer to this one.
insert into tmf_resources (kind, id, body, created_at, updated_at) values (
    'productSpecification', 'boon-offer',
    '{"id":"boon-offer","name":"Offer","description":"What a customer of the programme is offered","isBundle":false,' ||
    '"lastUpdate":"2026-01-01T00:00:00Z","lifecycleStatus":"Active","version":"1.0","@type":"ProductSpecification"}',
    1767225600000000, 1767225600000000
);
