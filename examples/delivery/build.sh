#!/bin/sh
# Compiles the program for arm64, or for the architecture that is given: x86_64.
set -eu
cd "$(dirname "$0")"
case ${1:-arm64} in
arm64) GOARCH=arm64 ;;
x86_64) GOARCH=amd64 ;;
*) echo "usage: $0 [arm64 | x86_64] [FILE]" >&2; exit 2 ;;
esac
# Without CGO it is static: it needs no library, and no glibc of a certain version.
GOOS=linux GOARCH=$GOARCH CGO_ENABLED=0 go build -trimpath -ldflags=-s -o "${2:-delivery}" .
