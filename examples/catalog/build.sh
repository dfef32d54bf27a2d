#!/bin/sh
# Builds the database of events/database.sql: catalog.db, or the file that is given.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d /tmp/catalog.XXXXXX)
trap 'rm -r "$folder"' EXIT
SQLAMBDA_DATABASE=$folder/catalog.db go run ../../cmd/sqlambda invoke database --root events
mv "$folder/catalog.db" "${1:-catalog.db}"
