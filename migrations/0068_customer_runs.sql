-- On SQLite, how far a day's decisions are sorted by customer (records/history/customer_runs.h). Null: the day's table
-- has an index by customer, as on PostgreSQL, and as the previous release makes it.
alter table ledger_days add column rows_in_runs bigint;
