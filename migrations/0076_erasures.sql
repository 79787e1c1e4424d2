-- Customers who were erased, as keyed hashes of their ids (records/customers/erasures.h). `finished_at` is null as long
-- as something of them may be left.
create table erased_customers (
    mark text primary key,
    erased_at bigint not null,
    finished_at bigint
);
create index erased_customers_by_time on erased_customers (erased_at);
-- Where a job would have gone on says nothing once it has ended, and may name a customer.
update jobs set checkpoint = '' where state not in ('queued', 'running');
