package sfu

import (
	"encoding/binary"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// link is a way to a receiver, in simulated time: a queue before a bottleneck.
type link struct {
	random *rand.Rand
	bits   float64 // bits a second
	delay  int64   // µs, one way
	jitter int64   // µs, at most
	loss   float64
	queue  int64 // µs of backlog, at most

	free  int64 // when the bottleneck is free
	last  int64
	waits []int64 // µs in the queue, of each packet
}

func (k *link) pass(at int64, size int) (arrived int64, lost bool) {
	wait := max(k.free-at, 0)
	if wait > k.queue || k.random.Float64() < k.loss {
		return 0, true
	}
	k.waits = append(k.waits, wait)
	k.free = at + wait + int64(float64(size)*8/k.bits*1e6)
	arrived = k.free + k.delay
	if k.jitter > 0 {
		arrived += k.random.Int63n(k.jitter)
	}
	k.last = max(k.last, arrived) // no reordering
	return k.last, false
}

// ride sends sound and a picture of the rate that chosen names through the link for some seconds, with
// feedback each 100 ms and the padding that the estimator asks for. It calls each after every feedback.
func ride(e *estimator, k *link, from int64, seconds float64, chosen func(rate float64) float64, each func(now int64)) {
	type flight struct {
		ack
		known int64
	}
	var flights []flight
	sent, padAt := 0, from
	send := func(at int64, size int) {
		sent += size
		arrived, lost := k.pass(at, size)
		f := flight{ack: ack{departed: at, arrived: arrived - 77e6, size: size, lost: lost}, known: arrived}
		if lost {
			f.known = at + 2*k.delay
		}
		flights = append(flights, f)
	}
	for now := from; now < from+int64(seconds*1e6); now += 1000 {
		if now/1000%20 == 0 {
			send(now, 120)
		}
		if now/1000%33 == 0 {
			for size := int(chosen(e.rate()) / 8 / 30); size > 0; size -= 1100 {
				send(now, min(size, 1100))
			}
		}
		if now/1000%50 == 7 {
			for due := e.pad(now, next(e.rate()), sent, now-padAt); due > 0; due -= 255 {
				send(now, 275)
			}
			sent, padAt = 0, now
		}
		if now/1000%100 == 50 {
			var acks []ack
			flights = slices.DeleteFunc(flights, func(f flight) bool {
				if f.known+k.delay > now {
					return false
				}
				acks = append(acks, f.ack)
				return true
			})
			if len(acks) > 0 {
				e.feedback(now, acks)
			}
			each(now)
		}
	}
}

func newLink(bits float64) *link {
	return &link{random: rand.New(rand.NewSource(1)), bits: bits, delay: 20e3, queue: 1e6}
}

// layered sends the largest of the usual layers that fits.
func layered(rate float64) float64 {
	for _, bits := range []float64{1700e3, 500e3, 150e3} {
		if bits+50e3 < rate {
			return bits
		}
	}
	return 0
}

// next is what the layer above would need.
func next(rate float64) float64 {
	for _, bits := range []float64{150e3, 500e3, 1700e3} {
		if 1.15*bits+50e3 >= rate {
			return 1.15*bits + 50e3
		}
	}
	return 0
}

const second = int64(1e6)

func TestAnEstimateGrowsWhereMoreIsWantedAndFits(t *testing.T) {
	e, k := newEstimator(), newLink(4e6)
	var reached int64
	ride(&e, k, second, 10, layered, func(now int64) {
		if e.rate() > 1.8e6 && reached == 0 {
			reached = now - second
		}
	})
	if reached == 0 || reached > 4*second {
		t.Errorf("the best layer fitted after %d ms; estimate %.0f", reached/1000, e.rate())
	}
	t.Logf("after %d ms, in the end %.0f kbit/s", reached/1000, e.rate()/1e3)
}

func TestAnEstimateFindsANarrowWay(t *testing.T) {
	for _, bits := range []float64{300e3, 700e3, 1500e3} {
		e, k := newEstimator(), newLink(bits)
		var sum, n float64
		ride(&e, k, second, 60, layered, func(now int64) {
			if now > 5*second {
				sum, n = sum+e.rate(), n+1
			} else {
				k.waits = k.waits[:0]
			}
		})
		slices.Sort(k.waits)
		mean, late := sum/n, k.waits[len(k.waits)*95/100]
		t.Logf("%.0f kbit/s: estimate %.0f on average, queue p95 %d ms", bits/1e3, mean/1e3, late/1000)
		if mean < 0.55*bits || mean > 1.15*bits {
			t.Errorf("of %.0f kbit/s the estimate was %.0f on average", bits/1e3, mean/1e3)
		}
		if late > 120e3 {
			t.Errorf("at %.0f kbit/s packets waited %d ms (p95)", bits/1e3, late/1000)
		}
	}
}

func TestAnEstimateFallsWithTheWayAndComesBack(t *testing.T) {
	e, k := newEstimator(), newLink(4e6)
	ride(&e, k, second, 8, layered, func(int64) {})
	k.bits = 300e3
	fell, back := int64(0), int64(0)
	ride(&e, k, 9*second, 20, layered, func(now int64) {
		if e.rate() < 330e3 && fell == 0 {
			fell = now - 9*second
		}
	})
	if fell == 0 || fell > 2*second {
		t.Errorf("it fell after %d ms", fell/1000)
	}
	k.bits = 4e6
	ride(&e, k, 29*second, 70, layered, func(now int64) {
		if e.rate() > 1.8e6 && back == 0 {
			back = now - 29*second
		}
	})
	if back == 0 {
		t.Errorf("it never came back: %.0f", e.rate())
	}
	t.Logf("fell after %d ms, back after %d ms", fell/1000, back/1000)
}

func TestAnEstimateBearsLossAndJitter(t *testing.T) {
	for _, test := range []struct {
		name   string
		loss   float64
		jitter int64
		least  float64
	}{
		{"5 % loss", 0.05, 0, 700e3},
		{"20 % loss", 0.2, 0, 200e3},
		{"20 ms jitter", 0, 20e3, 500e3},
		{"50 ms jitter", 0, 50e3, 300e3},
	} {
		e, k := newEstimator(), newLink(4e6)
		k.loss, k.jitter = test.loss, test.jitter
		var all []float64
		ride(&e, k, second, 40, layered, func(int64) { all = append(all, e.rate()) })
		slices.Sort(all)
		t.Logf("%s: p10 %.0f, median %.0f", test.name, all[len(all)/10]/1e3, all[len(all)/2]/1e3)
		if all[len(all)/2] < test.least {
			t.Errorf("%s: the estimate was %.0f kbit/s (median)", test.name, all[len(all)/2]/1e3)
		}
	}
}

// feedbackOf makes a message as a browser would.
func feedbackOf(t testing.TB, base uint16, ref uint32, arrivals []arrival) []byte {
	t.Helper()
	cc := rtcp.TransportLayerCC{
		Header:     rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback},
		SenderSSRC: 1, MediaSSRC: 9, BaseSequenceNumber: base, PacketStatusCount: uint16(len(arrivals)), ReferenceTime: ref,
	}
	last := int64(0)
	for i := 0; i < len(arrivals); i += 7 {
		chunk := &rtcp.StatusVectorChunk{Type: rtcp.TypeTCCStatusVectorChunk, SymbolSize: rtcp.TypeTCCSymbolSizeTwoBit}
		for j := i; j < i+7; j++ {
			symbol := rtcp.TypeTCCPacketNotReceived
			if j < len(arrivals) && arrivals[j].came {
				symbol = rtcp.TypeTCCPacketReceivedLargeDelta
				cc.RecvDeltas = append(cc.RecvDeltas, &rtcp.RecvDelta{Type: symbol, Delta: arrivals[j].at - last})
				last = arrivals[j].at
			}
			chunk.SymbolList = append(chunk.SymbolList, symbol)
		}
		cc.PacketChunks = append(cc.PacketChunks, chunk)
	}
	cc.Header.Length = uint16(cc.MarshalSize()/4 - 1)
	cc.Header.Padding = cc.MarshalSize() > 20+2*len(cc.PacketChunks)+2*len(cc.RecvDeltas)
	b, err := cc.Marshal()
	check(t, err)
	return b
}

func TestTransportFeedbackIsRead(t *testing.T) {
	want := []arrival{{true, 250}, {}, {true, 1000}, {true, 500}, {}, {}, {true, 70000}, {true, 70250}, {}}
	var f transportFeedback
	if !f.parse(feedbackOf(t, 65534, 5, want)) || f.base != 65534 || f.ref != 5 || f.media != 9 || !slices.Equal(f.arrivals, want) {
		t.Errorf("read %+v", f)
	}
	run := []byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0, 3, 0, 0, 0, 0, 0x20, 3, 4, 8, 12, 0}
	if !f.parse(run[:25]) || !slices.Equal(f.arrivals, []arrival{{true, 1000}, {true, 3000}, {true, 6000}}) {
		t.Errorf("a run became %+v", f.arrivals)
	}
	run[14], run[15] = 0xff, 0xff
	if f.parse(run) {
		t.Error("65,535 packets in one message are taken")
	}
}

func TestTheWayToAReceiverIsEstimatedFromItsFeedback(t *testing.T) {
	l := newDownlink()
	if _, _, known := l.rate(); known {
		t.Error("known before anything was heard")
	}
	now := time.Now().UnixNano()
	ref := uint32(1<<24 - 3) // the time wraps on the way
	for round := range 50 {
		var told []arrival
		base := uint16(l.sent.numbers.Load() + 1)
		for i := range 20 {
			l.sent.next(now, 1000)
			now += 5e6
			told = append(told, arrival{came: i != 7, at: int64(i) * 5000})
		}
		if told[0].came = true; round%2 == 0 {
			told[0].at = 250
		}
		l.hear(feedbackOf(t, base, ref, told), now)
		ref = (ref + 100/64) & (1<<24 - 1)
	}
	bits, _, known := l.rate()
	if !known || bits < 500e3 || bits > 3e6 {
		t.Errorf("estimate %d %v", bits, known)
	}
	if _, _, ok := l.sent.take(uint16(l.sent.numbers.Load()), now/1000); ok {
		t.Error("a packet can be taken twice")
	}
}

// FuzzTransportFeedback holds our reading of a message against pion's, and lets the estimate have it.
func FuzzTransportFeedback(f *testing.F) {
	f.Add(feedbackOf(f, 1, 2, []arrival{{true, 250}, {}, {true, 1000}}))
	f.Add([]byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0, 3, 0, 0, 0, 0, 0x20, 3, 4, 8, 12, 0})
	f.Add([]byte{0x8f, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 9, 0, 1, 7, 0xff, 0, 0, 0, 0, 0x9f, 0xff})
	l := newDownlink()
	f.Fuzz(func(t *testing.T, b []byte) {
		now := time.Now().UnixNano()
		for range 3 {
			l.sent.next(now, 1000)
		}
		l.hear(b, now+1e6)
		if bits, _, _ := l.rate(); bits < 0 || bits > mostRate {
			t.Fatalf("estimate %d", bits)
		}
		var ours transportFeedback
		ok := ours.parse(b)
		var theirs rtcp.TransportLayerCC
		if !ok || len(b) < 4 || int(binary.BigEndian.Uint16(b[2:])+1)*4 != len(b) || theirs.Unmarshal(b) != nil {
			return
		}
		sum, i := int64(0), 0
		for _, a := range ours.arrivals {
			if !a.came {
				continue
			}
			sum += theirs.RecvDeltas[i].Delta
			if a.at != sum {
				t.Fatalf("packet %d came at %d, not %d", i, a.at, sum)
			}
			i++
		}
	})
}
