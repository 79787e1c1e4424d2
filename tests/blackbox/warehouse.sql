-- A company's PostgreSQL warehouse with exactly the four usual tables: 3 000 customers, 18 months until today.
-- Deterministic but for today's date. What can be learned is planted: who buys often takes offers 0 to 3, who buys
-- seldom 4 to 7; who buys seldom, or left, is gone for 90 days.
set timezone = 'UTC';

create function u(of text) returns double precision language sql immutable as
$$ select (('x' || substr(md5(of), 1, 8))::bit(32)::bigint & 4294967295) / 4294967296.0 $$;

create schema master;
create table master.people as
select i as customer_id,
       0.25 * exp(u('rate' || i) * ln(24)) as per_month,
       200 + floor(u('age' || i) * 800)::int as account_age_days,
       case when u('leaves' || i) < 0.35 then floor(u('left' || i) * 540)::int else -1 end as left_days_ago
from generate_series(1, 3000) i;

create table customer_transaction_history (
    customer_id bigint not null,
    transaction_date timestamptz not null,
    transaction_type text,
    transaction_amount numeric(12, 2),
    points_earned int,
    points_redeemed int
);
insert into customer_transaction_history
select p.customer_id,
       date_trunc('day', now()) - d * interval '1 day'
           + floor(86400 * u('at' || p.customer_id || ' ' || d)) * interval '1 second',
       case when k < 0.80 then 'purchase' when k < 0.85 then 'refund' when k < 0.95 then 'topup' else 'renewal' end,
       round((5 + 45 * u('amount' || p.customer_id || ' ' || d))::numeric, 2),
       floor(10 * u('points' || p.customer_id || ' ' || d))::int, 0
from master.people p, generate_series(1, 540) d, lateral (select u('kind' || p.customer_id || ' ' || d) as k) kinds
where d <= p.account_age_days and d > p.left_days_ago and u('buys' || p.customer_id || ' ' || d) < p.per_month / 30;

create table customer_offer_history (
    customer_id bigint not null,
    offer_id int not null,
    offer_name text,
    offer_type text,
    sent_at timestamptz,
    opened_at timestamptz,
    clicked_at timestamptz,
    converted_at timestamptz,
    converted_offer_id int,
    points_earned int
);
insert into customer_offer_history
select s.customer_id, s.offer_id,
       (array['Double points', 'Ten percent off', 'Early access', 'Free shipping', 'Birthday surprise',
              'Bring a friend',
              'Sale', 'Gold'])[s.offer_id + 1],
       (array['points', 'discount', 'access', 'shipping', 'special', 'referral', 'sale', 'tier'])[s.offer_id + 1],
       s.sent_at,
       case when s.converts or u('opens' || s.at) < 0.4 then s.sent_at + interval '2 hours' end,
       case when s.converts or u('clicks' || s.at) < 0.1 then s.sent_at + interval '3 hours' end,
       case when s.converts then s.sent_at + interval '1 day' * (0.2 + 8 * u('when' || s.at)) end,
       case when s.converts then case when u('other' || s.at) < 0.03 then (s.offer_id + 1) % 8 else s.offer_id end end,
       case when s.converts then 50 end
from (
    select p.customer_id, o.offer_id, p.customer_id || ' ' || d as at,
           date_trunc('day', now()) - d * interval '1 day' + interval '9 hours' as sent_at,
           u('takes' || p.customer_id || ' ' || d) <
               case when d <= p.left_days_ago then 0
                    else 1 / (1 + exp(
                        2.2 - 0.9 * (case when o.offer_id < 4 then 1 else -1 end) * (ln(p.per_month) - 0.2)
                    ))
               end as converts
    from master.people p, generate_series(10, 500) d,
         lateral (select floor(8 * u('offer' || p.customer_id || ' ' || d))::int as offer_id) o
    where d <= p.account_age_days and u('sent' || p.customer_id || ' ' || d) < 1 / 35.0
) s;

create view customer_features_view as
select p.customer_id,
       coalesce(sum(t.transaction_amount), 0) as total_revenue,
       count(t.customer_id)::int as transaction_count,
       extract(day from now() - max(t.transaction_date))::int as days_since_last_transaction,
       avg(t.transaction_amount) as avg_transaction_value,
       coalesce(sum(t.transaction_amount), 0) as lifetime_value,
       (case when p.left_days_ago >= 0 then 0.9 else 0.1 end)::real as churn_score,
       case when p.left_days_ago >= 0 then 'left' else 'active' end as customer_status,
       1 as active_products_count,
       (1000 * u('data' || p.customer_id))::double precision as data_usage_mb,
       u('credit' || p.customer_id)::numeric(5, 4) as credit_utilization,
       p.account_age_days,
       now() as last_updated
from master.people p
left join customer_transaction_history t using (customer_id)
group by p.customer_id, p.account_age_days, p.left_days_ago;

create table customer_churn_history (
    customer_id bigint not null,
    snapshot_date date not null,
    transaction_count int,
    churned boolean,
    churned_date date
);
insert into customer_churn_history
select p.customer_id, current_date - d,
       (select count(*) from customer_transaction_history t
        where t.customer_id = p.customer_id and t.transaction_date < current_date - d)::int,
       p.left_days_ago > d, case when p.left_days_ago > d then current_date - p.left_days_ago end
from master.people p, generate_series(30, 360, 30) d
where p.customer_id <= 200 and d <= p.account_age_days;
