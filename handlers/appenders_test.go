package handlers

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// TestAppendReal: numbers of few decimals are written as any other, the shortest that
// reads back the same.
func TestAppendReal(t *testing.T) {
	check := func(x float64) {
		t.Helper()
		if size := math.Abs(x); size != 0 && size < 1e-6 {
			return // with an exponent
		}
		want := strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(want, ".") {
			want += ".0"
		}
		if got := string(appendReal(nil, x)); got != want {
			t.Errorf("%v is %s, not %s", x, got, want)
		}
	}
	for _, x := range []float64{
		0, math.Copysign(0, -1), 1, -1, 0.07, 0.1 + 0.2, 12.25, -0.0001, 0.00001, 1.10, 100, 1e10, 99999999999.9999, 100000000000.0001,
		-99999999999.9999, 1e11, 1e15, 1<<53 + 2, 123456789012.34567, 4.35, 1.005, 2.675, 0.9999, 0.99995, 1 / 3.0,
	} {
		check(x)
		check(math.Nextafter(x, math.Inf(1)))
		check(math.Nextafter(x, math.Inf(-1)))
		if t.Failed() {
			return
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		digits := random.Int64N(int64(math.Pow10(1 + random.IntN(17))))
		check(float64(digits) / math.Pow10(random.IntN(7)))
	}
}
