-- Where each session was opened from, so that its user can tell them apart: the client's address and what the browser
-- said it is. Of sessions that were open before: not known.
alter table user_sessions add column address text not null default '';
alter table user_sessions add column agent text not null default '';
