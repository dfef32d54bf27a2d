#!/usr/bin/env bash
# Makes a release in dist/release: both layers, the command for Linux, macOS and Windows on
# both architectures with the runtime in it, and SHA256SUMS of all. Two runs give the same
# bytes.
#
#   ./release.sh v0.1.0
#   ./release.sh v0.1.0 linux/amd64    # only some archives
set -euo pipefail
cd "$(dirname "$0")"

version=${1:?usage: ./release.sh VERSION [GOOS/GOARCH...]}
shift
if [ $# = 0 ]; then set -- linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64; fi

./build.sh
release=$PWD/dist/release
rm -rf "$release"
mkdir -p "$release"
for architecture in x86_64 arm64; do
	cp "dist/sqlambda-layer-$architecture.zip" "$release/sqlambda-layer-$version-$architecture.zip"
done

go build -C .ci/tools -o "$PWD/dist/archive" ./archive
for platform in "$@"; do
	system=${platform%/*} machine=${platform#*/} program=sqlambda ending=tar.gz
	case $system in windows) program=sqlambda.exe ending=zip ;; esac
	folder=dist/$system-$machine
	mkdir -p "$folder"
	GOOS=$system GOARCH=$machine CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false \
		-ldflags="-s -w -buildid= -X main.release=$version" -overlay dist/overlay.json -o "$folder/$program" ./cmd/sqlambda
	case $system in darwin) system=macos ;; esac
	case $machine in amd64) machine=x86_64 ;; esac
	dist/archive "$release/sqlambda-$version-$system-$machine.$ending" "$folder/$program" LICENSE THIRD_PARTY_NOTICES README.md CHANGELOG.md
done
cd "$release"
sha256sum sqlambda-* >SHA256SUMS
cat SHA256SUMS
