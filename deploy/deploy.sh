#!/usr/bin/env bash
# Builds the images, starts everything, waits, and asks both servers how they are. Ends with 1 when one of them is not well;
# what runs is left as it is, so that it can be looked at.
set -euo pipefail
cd "$(dirname "$0")"

compose=(docker compose -f compose.yaml -f compose.prod.yaml)
wait_seconds=${DEPLOY_WAIT_SECONDS:-30}

"${compose[@]}" build
"${compose[@]}" up -d
echo "Waiting ${wait_seconds} s for the servers"
sleep "$wait_seconds"

failed=0
for address in "${SERVER_B_URL:-http://localhost:3001}" "${SERVER_A_URL:-http://localhost:3002}"; do
  if curl --fail --silent --show-error --max-time 10 --output /dev/null "$address/health"; then
    echo "$address is well"
  else
    echo "$address is not well: docker compose logs says why, ovation doctor what to mend" >&2
    failed=1
  fi
done
exit "$failed"
