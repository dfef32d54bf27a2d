#!/bin/bash
# Asks for the pages of the event, and fails if one of them does not answer with success: an alarm
# on the function's errors is an alarm on the pages.
set -uo pipefail

limit=${PROBE_SECONDS:-5} # for each page

answers='' down=''
for url in $(grep -oE '"(https?|file)://[^"\\]+"' | tr -d '"'); do
  if seconds=$(curl -sSfL --max-time "$limit" -o /dev/null -w '%{time_total}' "$url"); then
    answers="$answers,{\"url\": \"$url\", \"seconds\": $seconds}"
  else
    echo "ERROR no answer from $url" >&2 # curl has said why, on the line above
    down="$down $url"
  fi
done

if [ -n "$down" ]; then
  echo "{\"errorType\": \"Probe.Down\", \"errorMessage\": \"no answer from${down}\"}"
  exit 1
fi
echo "[${answers#,}]"
