-- The products ranked for each customer when the base was last ranked: 12 bytes a product (little-endian: its number
-- in the version's products.json, float32 score, float32 days bought before), best first.

-- sqlite:
create table product_lists (
    customer_id text primary key,
    version text not null,
    as_of bigint not null,
    repeats_allowed blob not null,
    new_items blob not null
) without rowid;
-- postgres:
create table product_lists (
    customer_id text collate "C" primary key,
    version text not null,
    as_of bigint not null,
    repeats_allowed bytea not null,
    new_items bytea not null
);
-- end
