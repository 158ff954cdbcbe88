-- Making a webhook starts its consumer, removing it ends it; `progress` holds no tenant's data.
grant insert, delete on progress to assay_api;
grant delete on sink_dead_letter to assay_api;
