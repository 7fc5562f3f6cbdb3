#!/bin/sh
# The API from a shell. GONGKAI says where the service is; needs curl and nothing else.
#   sh examples/curl.sh [TEXT]
set -eu
service=${GONGKAI:-http://127.0.0.1:8000}
text=${1:-service/page/samples/county-2021.txt}
kept=$(mktemp -d)
trap 'rm -r "$kept"' EXIT

echo "# Read a report; the second time it is remembered."
for time in first second; do
    curl -sS --fail -D "$kept/head" -o "$kept/report.json" -H 'Content-Type: text/plain' --data-binary "@$text" "$service/v1/reports"
    head -n 1 "$kept/head"
    grep -i '^cache-status' "$kept/head"
done
etag=$(tr -d '\r' <"$kept/head" | sed -n 's/^[Ee][Tt]ag: //p')
id=$(sed 's/^{"id":"\([0-9a-f]*\)".*/\1/' "$kept/report.json")

echo "# Ask whether it still stands: 304 and no body."
curl -sS -o "$kept/none" -w '%{http_code} %{size_download} bytes\n' -H "If-None-Match: $etag" "$service/v1/reports/$id"

echo "# The tidy table, and one part of the report."
curl -sS --fail -H 'Accept: text/csv' "$service/v1/reports/$id" | head -n 3
curl -sS --fail "$service/v1/reports/$id?members=document" | cut -c 1-160

echo "# Two texts in one request, the second of them empty."
printf '{"key": "good", "text": "2024年，我县收到政府信息公开申请37件。"}\n{"key": "bad", "text": " "}\n' |
    curl -sS --fail -H 'Content-Type: application/x-ndjson' --data-binary @- "$service/v1/reports/batch" | cut -c 1-160

echo "# The codebook as a table."
curl -sS --fail -H 'Accept: text/csv' "$service/v1/indicators" | grep '^requests.received,' | cut -d , -f 1-5

echo "# An error is a problem with a code."
curl -sS -H 'Content-Type: text/plain' --data-binary ' ' "$service/v1/reports"
echo
