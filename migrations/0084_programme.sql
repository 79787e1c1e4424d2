-- What an instance was made with and cannot change: all its amounts are minor units of this currency.
create table programme (
    only_row integer primary key check (only_row = 1),
    currency text not null
);
