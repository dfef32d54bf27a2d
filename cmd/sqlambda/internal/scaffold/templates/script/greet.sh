#!/bin/bash
# Greets the person that the event names.
#
# The event comes on standard input. What is written to standard output is the response, which
# is JSON; what is written to standard error is logged, a line at a time.
set -euo pipefail

# The text of the member "name", as JSON has it between the quotes: it may be put into JSON as it
# is. provided.al2023 has sed, grep and awk, and no jq.
name=$(tr '\n' ' ' | sed -nE 's/.*"name" *: *"(([^"\\]|\\.)*)".*/\1/p')

if [ -z "$name" ]; then
  # With an exit status other than 0, the last line of the output is the error.
  echo '{"errorType": "Greeting.Nobody", "errorMessage": "the event has no name"}'
  exit 1
fi

echo "INFO greeting $name" >&2
echo "{\"message\": \"Hello $name\"}"
