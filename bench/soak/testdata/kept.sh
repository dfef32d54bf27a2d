#!/bin/sh
# A process that is kept.
while read -r line; do
	case $line in
	*fail*) echo '{"error":{"type":"Order.Refused","message":"no stock"}}' ;;
	*ends*) echo "no memory" >&2; exit 3 ;;
	*last*) echo '{"ok":1}'; exit ;;
	*twice*) printf '{"ok":1}\n{"ok":2}\n' ;;
	*slow*) sleep 60 ;;
	*) echo '{"ok":1}' ;;
	esac
done
