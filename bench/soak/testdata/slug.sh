#!/bin/sh
# The function slug.
while read -r line; do
	case $line in
	*fail*) echo '{"error":{"type":"Order.Refused","message":"no stock"}}' ;;
	*ends*) exit 3 ;;
	*twice*) echo '"twice"'; echo '"late"' ;;
	*slow*) sleep 60 ;;
	*) echo '"slug"' ;;
	esac
done
