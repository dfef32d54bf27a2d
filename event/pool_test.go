package event

import (
	"sync"
	"testing"
)

// TestPool: memories share what a pool has, and give it back.
func TestPool(t *testing.T) {
	const limit = 4 << 20
	p := NewPool(limit)
	a, b := p.NewMemory(), p.NewMemory()
	if !a.Take(3<<20) || b.Take(2<<20) || !b.Take(1<<20) || a.Take(1) {
		t.Error("a pool gives more than it has, or less")
	}
	b.Release(1 << 20)
	if b.Used() != 0 || !b.Take(1<<20) {
		t.Error("a memory does not take again what it released")
	}
	a.Reset()
	if !b.Take(3 << 20) {
		t.Error("a memory does not take what another one gave back")
	}
	b.Reset()
	if n := p.reserved.Load(); n != 0 {
		t.Errorf("%d bytes are still reserved", n)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			m := p.NewMemory()
			for i := range 1000 {
				m.Take(i * 1000)
				if n := m.Used(); n > limit {
					t.Errorf("%d bytes are taken", n)
				}
				m.Reset()
			}
		})
	}
	group.Wait()
	if n := p.reserved.Load(); n != 0 {
		t.Errorf("%d bytes are still reserved", n)
	}
}
