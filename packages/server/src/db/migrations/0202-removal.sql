-- Where a removed image ran goes with it.
grant delete on image_usage to assay_api;
