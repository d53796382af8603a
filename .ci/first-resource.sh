#!/bin/sh
# Starts the service, turns scanning on, pushes this machine and says how to go on. For `make run`.
set -eu

mkdir -p "$DATA"
CREDENTIALS="$DATA/credentials"
"$ASSAY" serve --data "$DATA" --listen "$LISTEN" --feeds "$FEEDS" --write-credentials "$CREDENTIALS" &
SERVICE=$!
trap 'kill "$SERVICE" 2>/dev/null; wait "$SERVICE" 2>/dev/null; exit 0' INT TERM

URL="http://$LISTEN"
tries=0
until "$ASSAY" debug ready "$URL" 2>/dev/null; do
  tries=$((tries + 1))
  if ! kill -0 "$SERVICE" 2>/dev/null || [ "$tries" -gt 300 ]; then
    echo "the service did not start" >&2
    exit 1
  fi
  sleep 0.2
done

if LINK=$("$ASSAY" admin create-sign-in-link 000000000000 administrator --data "$DATA" --server "$URL" 2>/dev/null); then
  printf '\nOpen the console within 15 minutes; this link signs you in, once:\n\n  %s\n\n' "$LINK"
fi

export AWS_SHARED_CREDENTIALS_FILE="$CREDENTIALS"
"$ASSAY" push host: --server "$URL" --resource host --enable

cat <<END

The service runs at $URL; Ctrl-C ends it. List the findings of this machine with the stock AWS CLI:

  export AWS_SHARED_CREDENTIALS_FILE=$CREDENTIALS AWS_DEFAULT_REGION=us-east-1
  aws inspector2 list-findings --endpoint-url $URL --max-items 10
  aws inspector2 list-coverage --endpoint-url $URL
END
wait "$SERVICE"
