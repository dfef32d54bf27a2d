package sqlite

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"sqlambda/engine"
)

// seriesModel is what https://sqlite.org/series.html says, in numbers without an end.
func seriesModel(start, stop, step int64) (values []int64) {
	if step == 0 {
		step = 1
	}
	for x := big.NewInt(start); ; x.Add(x, big.NewInt(step)) {
		if step > 0 && x.Cmp(big.NewInt(stop)) > 0 || step < 0 && x.Cmp(big.NewInt(stop)) < 0 {
			return values
		}
		values = append(values, x.Int64())
	}
}

// TestSeries compares series with the model, at both ends of the integers too.
func TestSeries(t *testing.T) {
	c := hostile(t, engine.Config{})
	query := func(text string, args ...any) (values []int64) {
		t.Helper()
		s, err := c.Prepare(fmt.Sprintf(text, args...))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for {
			row, err := s.Step()
			if err != nil {
				t.Fatal(err)
			}
			if !row {
				return values
			}
			values = append(values, s.Value(0).Integer())
		}
	}
	ends := []int64{0, 1, -1, 7, -7, 10, math.MaxInt64, math.MaxInt64 - 5, math.MinInt64, math.MinInt64 + 5}
	steps := []int64{0, 1, 2, 3, 5, -1, -2, -3, -5, math.MaxInt64, math.MinInt64}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		start, stop, step := ends[r.IntN(len(ends))], ends[r.IntN(len(ends))], steps[r.IntN(len(steps))]
		distance := new(big.Int).Sub(big.NewInt(stop), big.NewInt(start))
		if step > -100 && step < 100 && distance.Abs(distance).Cmp(big.NewInt(100)) > 0 {
			continue // too long
		}
		want := seriesModel(start, stop, step)
		if got := query("SELECT value FROM generate_series(%d, %d, %d)", start, stop, step); !slices.Equal(got, want) {
			t.Fatalf("%d to %d by %d: %v, want %v", start, stop, step, got, want)
		}
		slices.Sort(want)
		if got := query("SELECT value FROM generate_series(%d, %d, %d) ORDER BY value", start, stop, step); !slices.Equal(got, want) {
			t.Fatalf("%d to %d by %d in order: %v, want %v", start, stop, step, got, want)
		}
		slices.Reverse(want)
		if got := query("SELECT value FROM generate_series(%d, %d, %d) ORDER BY value DESC", start, stop, step); !slices.Equal(got, want) {
			t.Fatalf("%d to %d by %d in the other order: %v, want %v", start, stop, step, got, want)
		}
	}
	if got := query("SELECT a.value * 10 + b.value FROM generate_series(1, 3) AS a, generate_series(a.value, 3) AS b"); !slices.Equal(got, []int64{11, 12, 13, 22, 23, 33}) {
		t.Error(got)
	}
	if got := query("SELECT count(*) FROM generate_series(4294967290)"); got[0] != 6 {
		t.Errorf("without a stop: %d rows", got[0])
	}
	if got := query("SELECT rowid FROM generate_series(5, 7)"); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("row ids %v", got)
	}
	if table, ok := c.Table("", "generate_series"); !ok || table.Columns[0].Name != "value" || !table.Columns[1].Hidden {
		t.Errorf("%+v", table)
	}
}
