-- Drift: whether what a version said came true, once it could have: a JSON document; NULL before the first check.
alter table model_drifts add column outcomes text;
