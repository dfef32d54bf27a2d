//go:build !race

package main

// residentNoise is how much the resident memory may grow, in bytes: an event of 6 MiB may just
// have passed.
const residentNoise = 16 << 20
