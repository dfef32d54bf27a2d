//go:build race

package main

// residentNoise is more where the race detector keeps what it has seen of the memory.
const residentNoise = 128 << 20
