-- Where the audit log begins once its oldest entries were removed: the last one that went, and its hash, which the
-- chain goes on from. The removal is an entry itself (platform/storage/audit.h).
create table audit_tail (
    id bigint primary key check (id = 1),
    seq bigint not null,
    hash bytea not null
);
insert into audit_tail (id, seq, hash) values (1, 0, '');
