-- What the search reads: an offer's words, folded. Filled by boon, at its start where it is missing (the previous
-- release writes none).

alter table offers add column search_text text;
