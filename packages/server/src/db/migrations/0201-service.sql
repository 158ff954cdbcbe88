-- A person may remove a resource (the sample, a mistaken submission) at once; row-level security keeps it inside the account.
grant delete on resource, finding, finding_package to assay_api;
grant select on progress to assay_api;
