-- How offers do: counts by window, as they were last taken (program/app/offer_figures.h).
create table offer_figures (
    offer_id bigint not null,
    days bigint not null,
    origin text not null,
    shown bigint not null,
    viewed bigint not null,
    clicked bigint not null,
    converted bigint not null,
    rejected bigint not null,
    settled bigint not null,
    settled_converted bigint not null,
    primary key (offer_id, days, origin)
);

-- history_until: what the history knew; NULL where none is read.
create table offer_figures_taken (
    only_row integer primary key check (only_row = 1),
    taken_at bigint not null,
    history_until bigint,
    horizon_days bigint not null
);

-- How many decisions of a day that is over showed each offer: the day is read once. Offer -1: that it was.
create table offer_showings (
    day bigint not null,
    offer_id bigint not null,
    decisions bigint not null,
    primary key (day, offer_id)
);
