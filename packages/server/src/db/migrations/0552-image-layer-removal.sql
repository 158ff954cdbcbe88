-- What an image lay on goes with a resource that a person removes.
grant delete on image_layer to assay_api;
