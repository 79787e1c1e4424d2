-- What a run changes of an offer is told as everywhere else: by pointer, `/name`, where it was by field, `name`. Only a
-- field's own text stands behind this, since quotation marks within a value are escaped.
update sync_staged set diff = replace(diff, '{"field":"', '{"pointer":"/');
