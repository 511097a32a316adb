package sfu

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSeatsKeepWhoSits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.IntRange(1, 12), func(i int) int { return i })
		places := make([]place, rapid.IntRange(0, 6).Draw(t, "places"))
		for version := uint64(1); version < 20; version++ {
			var present []string
			for _, n := range names.Draw(t, "present") {
				present = append(present, fmt.Sprint(n))
			}
			before := slices.Clone(places)
			changed, short := assign(places, present, version)
			if changed == slices.Equal(before, places) {
				t.Fatalf("changed is %v from %v to %v", changed, before, places)
			}
			seated := map[string]bool{}
			for i, p := range places {
				if p.who == "" {
					continue
				}
				if seated[p.who] || !slices.Contains(present, p.who) {
					t.Fatalf("%q sits twice or is gone: %v", p.who, places)
				}
				seated[p.who] = true
				if stays := p.who == before[i].who; stays && p != before[i] || !stays && p.since != version {
					t.Fatalf("place %d: %v became %v at %d", i, before[i], p, version)
				}
			}
			for i, p := range before {
				if p.who != "" && slices.Contains(present, p.who) && places[i] != p {
					t.Fatalf("%q lost its seat", p.who)
				}
			}
			if want := max(0, len(present)-len(places)); short != want {
				t.Fatalf("short of %d seats, not %d", short, want)
			}
		}
	})
}

func TestLayerChoice(t *testing.T) {
	for _, test := range []struct {
		alive            [maxLayers]bool
		current, ceiling int
		want             int
	}{
		{[3]bool{}, -1, 2, -1},
		{[3]bool{}, 1, 2, 1},
		{[3]bool{true, true, true}, 0, 2, 2},
		{[3]bool{true, true, true}, 2, 0, 0},
		{[3]bool{true, false, true}, 2, 1, 0},
		{[3]bool{false, true, true}, -1, 0, 1},
		{[3]bool{true, false, false}, 2, 9, 0},
		{[3]bool{true, true, false}, 0, -1, 0},
	} {
		if got := chooseLayer(test.alive, test.current, test.ceiling); got != test.want {
			t.Errorf("%+v: got %d", test, got)
		}
	}
	for i, rid := range []string{"f", "h", "q"} {
		if rank, ok := rankOf(rid, []string{"f", "h", "q"}); !ok || rank != 2-i {
			t.Errorf("%s has rank %d", rid, rank)
		}
	}
	if rank, ok := rankOf("b", []string{"a", "b"}); !ok || rank != 1 {
		t.Errorf("b has rank %d", rank)
	}
	if _, ok := rankOf("x", []string{"q"}); ok {
		t.Error("an unknown rid has a rank")
	}
}

// TestMungerIsContinuous feeds sources with jumps, reordering and loss, and checks what comes out against
// the definition: a packet keeps its distance within its source, and each source begins one after the last.
func TestMungerIsContinuous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := munger{clock: 90000}
		start := time.Unix(1e9, 0)
		elapsed := time.Duration(0)
		used := map[uint16]int{}
		var lastSeq uint16
		var lastTS uint32
		var lastID uint16
		for source := range rapid.IntRange(1, 12).Draw(t, "sources") {
			seq, ts := rapid.Uint16().Draw(t, "seq"), rapid.Uint32().Draw(t, "ts")
			id, tl0 := rapid.Uint16Range(0, 0x7fff).Draw(t, "id"), rapid.Uint8().Draw(t, "tl0")
			elapsed += time.Duration(rapid.IntRange(-50, 5000).Draw(t, "pause ms")) * time.Millisecond
			layer := &upLayer{rank: source}
			v := vp8{hasID: true, long: true, id: id, hasTL0: true, tl0: tl0}
			m.begin(layer, seq, ts, v, start.Add(elapsed))
			offsets := rapid.SliceOfDistinct(rapid.IntRange(1, 400), func(i int) int { return i }).Draw(t, "offsets")
			if _, _, ok := m.next(seq-1, ts, v); ok {
				t.Fatal("a packet of before the start passed")
			}
			base, baseTS, ok := m.next(seq, ts, v)
			if !ok || source > 0 && base != lastSeq+1 || source > 0 && int32(baseTS-lastTS) <= 0 {
				t.Fatalf("source %d begins with %d %d after %d %d", source, base, baseTS, lastSeq, lastTS)
			}
			if gotID := (id + m.current().idOff) & 0x7fff; source > 0 && gotID != (lastID+1)&0x7fff {
				t.Fatalf("picture id %d after %d", gotID, lastID)
			}
			for _, off := range append([]int{0}, offsets...) {
				w := v
				w.id = (id + uint16(off)) & 0x7fff
				out, outTS, ok := m.next(seq+uint16(off), ts+uint32(off)*3000, w)
				if !ok || out-base != uint16(off) || outTS-baseTS != uint32(off)*3000 {
					t.Fatalf("packet %d of source %d became %d %d", off, source, out-base, outTS-baseTS)
				}
				if was, ok := used[out]; ok && was != source {
					t.Fatalf("number %d used by sources %d and %d", out, was, source)
				}
				used[out] = source
				e, back, ok := m.origin(out)
				if !ok || e.source != layer || back != seq+uint16(off) {
					t.Fatalf("number %d is not found again", out)
				}
			}
			far := slices.Max(append([]int{0}, offsets...))
			lastSeq, lastTS = base+uint16(far), baseTS+uint32(far)*3000
			lastID = (id + uint16(far) + m.current().idOff) & 0x7fff
			elapsed += time.Duration(far) * time.Second / 30
		}
		if _, _, ok := m.origin(lastSeq + 1); ok {
			t.Fatal("a number that was never sent has an origin")
		}
	})
}

func TestMungerOverManyWraps(t *testing.T) {
	m := munger{clock: 90000}
	m.begin(&upLayer{}, 65000, 1, vp8{}, time.Unix(0, 0))
	for i := range uint32(300000) {
		seq := uint16(65000 + i)
		out, _, ok := m.next(seq, i, vp8{})
		if !ok || out != seq {
			t.Fatalf("packet %d became %d %v", seq, out, ok)
		}
	}
}

func TestCacheFindsWhatIsYoung(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c cache
		perSecond := rapid.IntRange(10, 1200).Draw(t, "packets per second")
		seq, now := rapid.Uint16().Draw(t, "seq"), int64(1e18)
		for range 3000 {
			p := packet{seq: seq, at: now, payload: []byte{byte(seq), byte(seq >> 8)}}
			c.put(&p)
			seq++
			now += 1e9 / int64(perSecond)
		}
		young := min(int(cacheKeep*int64(perSecond)/1e9), cacheMax) * 9 / 10
		var buf []byte
		for back := 1; back <= young; back++ {
			var p packet
			var ok bool
			s := seq - uint16(back)
			if buf, ok = c.get(s, &p, buf, 2); !ok || len(p.payload) != 2 || p.payload[0] != byte(s) || len(buf) != 4 {
				t.Fatalf("packet %d of %d young ones is not there", back, young)
			}
		}
	})
}

func TestMissingIsAskedForAndGivenUp(t *testing.T) {
	var m missing
	if !m.gap(65534, 2, 0) {
		t.Fatal("four are not too many")
	}
	if !m.got(65535) || m.got(65535) || m.got(7) {
		t.Fatal("struck off wrongly")
	}
	if seqs, _ := m.due(0, 2, nil); !slices.Equal(seqs, []uint16{65534}) {
		t.Fatalf("before the others had time to come, asked for %v", seqs)
	}
	m.list[0] = lost{seq: 65534, next: reorderFor}
	asked, gone := 0, 0
	for now := reorderFor; now < 5e9; now += 10e6 {
		seqs, gaveUp := m.due(now, 2, nil)
		if len(seqs) > 0 && !slices.Equal(seqs, []uint16{65534, 0, 1}) {
			t.Fatalf("asked for %v", seqs)
		}
		asked, gone = asked+len(seqs), gone+gaveUp
	}
	if asked != 3*nackTries || gone != 3 || len(m.list) != 0 {
		t.Errorf("asked %d times, gave up %d", asked, gone)
	}
	if m.gap(0, maxMissing+1, 0) || len(m.list) != 0 {
		t.Error("a gap too large is noted")
	}
}

func TestReceptionReport(t *testing.T) {
	r := reception{clock: 90000}
	for i := range 1000 {
		if i%4 != 0 || i == 0 {
			r.arrive(&packet{seq: uint16(65000 + i), ts: uint32(i) * 900, at: 1e18 + int64(i)*10e6})
		}
	}
	report := r.report(1, sourceClock{}, 0)
	if report.LastSequenceNumber != 1<<16|(65000+999)&0xffff || report.TotalLost != 249 || report.FractionLost != 63 || report.Jitter > 100 {
		t.Errorf("%+v", report)
	}
}

func TestClockConversion(t *testing.T) {
	now := time.Now().UnixNano()
	if back := ntpToUnix(unixToNTP(now)); back-now > 2 || now-back > 2 {
		t.Errorf("%d ns off", back-now)
	}
	c := sourceClock{known: true, ntp: unixToNTP(now), rtp: 5}
	if at := c.captured(5+90000, 90000, 7e6).UnixNano() - now; at < 1007e6-2 || at > 1007e6+2 {
		t.Errorf("captured %d ns later", at)
	}
}

func TestTheOfferLimit(t *testing.T) {
	p := newPeer(&Room{wake: make(chan struct{}, 1)}, "", Events{})
	now, passed := time.Unix(1e9, 0), 0
	for range 1000 { // ten seconds
		if p.mayOffer(now) {
			passed++
		}
		now = now.Add(10 * time.Millisecond)
	}
	if passed < 10 || passed > 10+offerBurst {
		t.Errorf("%d offers in ten seconds", passed)
	}
}
