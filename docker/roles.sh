#!/bin/sh
# Run once by the database's container when its volume is new; passwords come from its environment.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --file /etc/priyom/roles.sql
psql --set ON_ERROR_STOP=1 --username postgres <<'SQL'
\set owner `printenv PRIYOM_OWNER_PASSWORD`
\set app `printenv PRIYOM_APP_PASSWORD`
ALTER ROLE priyom_owner PASSWORD :'owner';
ALTER ROLE priyom_app PASSWORD :'app';
SQL
