#!/bin/sh
# A process for each invocation.
read -r event
case $event in
*fail*) echo "no stock" >&2; echo '{"errorType":"Order.Refused","errorMessage":"no stock"}'; exit 1 ;;
*slow*) sleep 60 & sleep 60 ;;
*child*) sleep 60 & setsid true & echo '{"ok":1}' ;;
*) echo "INFO an order" >&2; echo '{"ok":1}' ;;
esac
