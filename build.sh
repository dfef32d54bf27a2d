#!/usr/bin/env bash
# Builds the layers for x86_64 and arm64 and the developer's command into dist/.
# Two runs give the same bytes: paths, build ids and times are left out.
set -euo pipefail
cd "$(dirname "$0")"

largest=$((4 << 20)) # bytes of a layer
export CGO_ENABLED=0 GOFLAGS=-mod=readonly
mkdir -p dist

for architecture in x86_64 arm64; do
	layer=dist/sqlambda-layer-$architecture.zip
	go run ./internal/layerzip "$architecture" "dist/bootstrap-$architecture" "$layer" LICENSE THIRD_PARTY_NOTICES
	size=$(wc -c <"$layer")
	if [ "$size" -gt "$largest" ]; then
		echo "$layer has $size bytes, more than the $largest that a layer may have" >&2
		exit 1
	fi
	echo "$layer: $size bytes"
done

# The command holds both layers, as files that the source tree has not.
layer() { printf '"%s/internal/runtimes/layers/%s": "%s/dist/%s"' "$PWD" "$1" "$PWD" "$1"; }
printf '{"Replace": {%s, %s}}\n' "$(layer sqlambda-layer-x86_64.zip)" "$(layer sqlambda-layer-arm64.zip)" >dist/overlay.json
go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' -overlay dist/overlay.json -o dist/sqlambda ./cmd/sqlambda
echo "dist/sqlambda: $(wc -c <dist/sqlambda) bytes"
