//go:build race

package main

// residentNoise is more here, because the race detector keeps records of memory accesses.
const residentNoise = 128 << 20
