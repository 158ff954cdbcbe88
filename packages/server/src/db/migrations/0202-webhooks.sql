-- Making a webhook starts its consumer, removing it ends it.
grant insert, delete on progress to assay_api;
grant delete on sink_dead_letter to assay_api;
