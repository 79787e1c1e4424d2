-- What was answered to a request is kept sealed: `id` finds it, and only who sends the request's key again can read it.
-- The earlier table never held a row.
drop table idempotency_keys;
create table idempotency_keys (
    id bytea primary key,
    request_hash bytea not null,
    answer bytea not null,
    expires_at bigint not null
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);

-- What a job is doing, in words.
alter table jobs add column note text not null default '';

create index audit_log_by_who on audit_log (who, seq);
create index audit_log_by_what on audit_log (what, seq);
