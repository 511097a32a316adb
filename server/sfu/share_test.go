package sfu

import (
	"slices"
	"testing"
	"time"
)

// lately is what came on a line of a client within the last moments.
func lately(c *client, mid string, within time.Duration) (out []heardPacket) {
	for _, p := range c.line(mid) {
		if time.Since(p.at) < within {
			out = append(out, p)
		}
	}
	return out
}

// onlyRank says whether all that came lately is of one layer.
func onlyRank(packets []heardPacket, rank byte) bool {
	return len(packets) > 0 && !slices.ContainsFunc(packets, func(p heardPacket) bool { return p.rank != rank })
}

func TestALayerFollowsTheSizeShown(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1, simulcast: true})
	picture := a.seatLines[0][1].Mid()
	show := func(width, height int) {
		a.peer.Showing([]Shown{{Participant: "clerk", Width: width, Height: height}})
	}
	for _, step := range []struct {
		width, height int
		rank          byte
	}{{1280, 720, 2}, {160, 90, 0}, {640, 360, 1}, {2560, 1440, 2}} {
		show(step.width, step.height)
		eventually(t, "the layer that fits", func() bool { return onlyRank(lately(a, picture, 100*time.Millisecond), step.rank) })
	}
	show(0, 0)
	eventually(t, "the picture to stop", func() bool { return len(lately(a, picture, 300*time.Millisecond)) == 0 })
	if m := a.lastMap(); !m.seats[0].Picture || m.seats[0].Withheld {
		t.Errorf("not being shown it counts as gone: %+v", m)
	}
	eventually(t, "its sender to hear that the smallest layer is enough", func() bool {
		told := b.layers.Load()
		return told != nil && slices.Equal(told.rids, []string{"q"})
	})
	b.maxRank.Store(0) // as a browser would
	before := len(a.line(picture))
	show(1280, 720)
	eventually(t, "its sender to hear that more is wanted", func() bool { return slices.Contains(b.layers.Load().rids, "f") })
	b.maxRank.Store(2)
	eventually(t, "the large layer again", func() bool { return onlyRank(lately(a, picture, 100*time.Millisecond), 2) })
	packets := a.line(picture)
	if !packets[before].key {
		t.Error("after the pause the picture did not begin with a key frame")
	}
	for i := 1; i < len(packets); i++ {
		if packets[i].rank != packets[i-1].rank && !packets[i].key {
			t.Errorf("the switch to layer %d was not at a key frame", packets[i].rank)
		}
	}
	if err := continuous(packets); err != nil {
		t.Error(err)
	}
}

// TestALayerThatNeverComes: of a small camera, or on a narrow way up, browsers leave out the largest layer without a word.
// The one below must then not be switched off in favour of it.
func TestALayerThatNeverComes(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1, simulcast: true})
	b.maxRank.Store(1)
	picture := a.seatLines[0][1].Mid()
	a.peer.Showing([]Shown{{Participant: "clerk", Width: 1280, Height: 720}})
	eventually(t, "the layer below", func() bool { return onlyRank(lately(a, picture, 100*time.Millisecond), 1) })
	for end := time.Now().Add(time.Duration(layerPause) + time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if told := b.layers.Load(); told != nil && !slices.Contains(told.rids, "h") {
			t.Fatalf("wanted are %v", told.rids)
		}
	}
	if !onlyRank(lately(a, picture, 300*time.Millisecond), 1) {
		t.Error("the layer below does not come any more")
	}
}

func TestWhatIsAskedForInVainIsLeftForAWhile(t *testing.T) {
	up := &upTrack{kind: camera, rids: []string{"q", "h", "f"}}
	at := func(seconds int, asked bool, alive ...bool) int {
		now := int64(1e18) + int64(seconds)*1e9
		if asked {
			up.wantedAt[2] = now
		}
		up.noteAbsent([maxLayers]bool(alive), now)
		return up.cost(now)[2]
	}
	for _, step := range []struct {
		second       int
		asked, alive bool
		there        bool
		what         string
	}{
		{0, true, false, true, "asked for"}, {9, true, false, true, "it may still come"}, {11, true, false, false, "it did not"},
		{40, false, false, false, "not yet"}, {42, true, false, true, "asked for again"}, {44, true, true, true, "it is there"},
		{50, true, false, true, "gone for a moment"}, {55, false, false, true, "nobody wants it"}, {62, true, false, true, "waiting begins anew"},
	} {
		if got := at(step.second, step.asked, true, true, step.alive) > 0; got != step.there {
			t.Errorf("second %d, %s: there is %v", step.second, step.what, got)
		}
	}
}

func TestOnANarrowWayTheSignerHasAllFramesAndSoundIsWhole(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 2, bits: 300_000})
	signer := join(t, room, "guest-1", clientOptions{seats: 2, simulcast: true, graded: true})
	clerk := join(t, room, "clerk", clientOptions{seats: 2, simulcast: true, graded: true})
	a.peer.Showing([]Shown{
		{Participant: "guest-1", Width: 640, Height: 360, Pinned: true}, {Participant: "clerk", Width: 1280, Height: 720},
	})
	eventually(t, "both to be seated", func() bool {
		m := a.lastMap()
		return m.find("guest-1") >= 0 && m.find("clerk") >= 0
	})
	seat := a.seatLines[a.lastMap().find("guest-1")]
	eventually(t, "the way to be known as narrow", func() bool {
		s := a.peer.Stats()
		return s.Estimate > 0 && s.Estimate < 400_000
	})
	defer func() {
		if w := a.peer.way; t.Failed() {
			w.mu.Lock()
			defer w.mu.Unlock()
			t.Logf("estimate %.0f, by loss %.0f, through %.0f, loss %.2f, late %d us, tight %v, wanted %.0f",
				w.estimate.target, w.estimate.byLoss, w.estimate.acked.rate(throughputLong), w.estimate.loss, w.estimate.late, w.tight.Load(), w.want)
		}
	}()
	var frames int
	eventually(t, "three seconds of the smallest layer at no less than 20 frames a second", func() bool {
		got := lately(a, seat[1].Mid(), 3*time.Second)
		seen := map[uint32]bool{}
		for _, p := range got {
			seen[p.frame] = true
		}
		frames = len(seen)
		return onlyRank(got, 0) && frames >= 3*20 // 50 are sent, if the machine has the time
	})
	if n := holes(a.from(seat[0], signer.id)); n > 0 {
		t.Errorf("%d packets of the sound are missing", n)
	}
	t.Logf("%d frames in 3 s, estimate %d, padding %d bytes", frames, a.peer.Stats().Estimate, a.peer.Stats().Padding)
	_ = clerk
}
