package bus

import "testing"

func TestHintsCoalesceAndReachOnlyTheirTopic(t *testing.T) {
	b := New()
	a, endA := b.Subscribe(Office("a"))
	all, endAll := b.Subscribe(Anything)
	other, endOther := b.Subscribe(Visit("a"))
	defer endAll()
	defer endOther()

	b.Publish(Office("a"))
	b.Publish(Office("a"))
	if len(a) != 1 || len(all) != 1 || len(other) != 0 {
		t.Fatalf("hints waiting: %d for the office, %d for anything, %d for a visit; want 1, 1, 0", len(a), len(all), len(other))
	}
	<-a
	endA()
	b.Publish(Office("a"))
	if len(a) != 0 {
		t.Error("an ended subscription still receives")
	}
	if len(b.subs) != 2 {
		t.Errorf("%d topics kept, want 2", len(b.subs))
	}
}
