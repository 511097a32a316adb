package sfu

import "testing"

// smallest sends what a receiver of the smallest layer gets, and nothing but sound when it is withheld.
func smallest(e *estimator, now *int64) func(rate float64) float64 {
	return func(rate float64) float64 {
		if e.tight(*now) && rate < 1.15*150e3+50e3 {
			return 0
		}
		return min(max(layered(rate), 150e3), 500e3)
	}
}

// withheld rides on and tells for how many µs the picture was withheld, and when that was last.
func withheld(e *estimator, k *link, from int64, seconds float64) (sum, last int64) {
	now := from
	chosen := smallest(e, &now)
	ride(e, k, from, seconds, chosen, func(at int64) {
		now = at
		if chosen(e.rate()) == 0 {
			sum += 100e3
			last = at
		}
	})
	return sum, last
}

func TestTheSmallestLayerIsNotWithheldWhereTheWayCarriesIt(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*link)
	}{
		{"300 ms later", func(k *link) { k.delay, k.jitter = 300e3, 20e3 }},
		{"20 % loss", func(k *link) { k.loss = 0.2 }},
		{"20 % loss, 300 ms later", func(k *link) { k.loss, k.delay, k.jitter = 0.2, 300e3, 20e3 }},
		{"300 kbit/s", func(k *link) { k.bits, k.queue = 300e3, 300e3 }},
	} {
		e, k := newEstimator(), newLink(4e6)
		withheld(&e, k, second, 10)
		test.change(k)
		if sum, last := withheld(&e, k, 11*second, 30); sum > second || last > 31*second {
			t.Errorf("%s: withheld for %d ms, last after %d ms", test.name, sum/1000, (last-11*second)/1000)
		}
	}
}

func TestAfterANarrowWayThePicturesComeBackSoon(t *testing.T) {
	for _, delay := range []int64{20e3, 300e3} {
		e, k := newEstimator(), newLink(4e6)
		k.delay = delay
		withheld(&e, k, second, 10)
		k.bits, k.queue = 100e3, 300e3
		if sum, _ := withheld(&e, k, 11*second, 20); sum < 10*second {
			t.Errorf("on a way too narrow the picture was withheld for %d ms only", sum/1000)
		}
		k.bits = 4e6
		var small, larger int64
		now := 31 * second
		chosen := smallest(&e, &now)
		ride(&e, k, now, 30, chosen, func(at int64) {
			now = at
			if chosen(e.rate()) > 0 && small == 0 {
				small = at - 31*second
			}
			if chosen(e.rate()) >= 500e3 && larger == 0 {
				larger = at - 31*second
			}
		})
		t.Logf("%d ms each way: the smallest after %d ms, the next after %d ms", delay/1000, small/1000, larger/1000)
		if small == 0 || small > 5*second || larger == 0 || larger > 15*second {
			t.Error("too late")
		}
	}
}
