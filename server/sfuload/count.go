package main

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

// stage is where a run is: nothing counts before and after the window.
type stage int32

const (
	before stage = iota
	measuring
	after
)

// tally is what a run counts, over all its peers.
type tally struct {
	stage    atomic.Int32
	until    atomic.Int64 // what is sent later does not count any more, unix ns; 0: not yet known
	sent     atomic.Int64 // packets, in the window
	received atomic.Int64
	picture  histogram // from writing to reading
	sound    histogram
}

func (t *tally) at() stage { return stage(t.stage.Load()) }

// counts says whether what was sent then counts now.
func (t *tally) counts(sentAt int64) bool {
	until := t.until.Load()
	return t.at() == measuring && (until == 0 || sentAt <= until)
}

// histogram holds times in nanoseconds, sixteen classes an octave.
type histogram struct{ classes [64 * 16]atomic.Uint32 }

func (h *histogram) add(ns int64) {
	ns = max(ns, 1)
	octave := bits.Len64(uint64(ns)) - 1
	part := 0
	if octave >= 4 {
		part = int(ns>>(octave-4)) & 15
	}
	h.classes[octave*16+part].Add(1)
}

// quantile gives milliseconds.
func (h *histogram) quantile(share float64) float64 {
	var all, seen uint64
	for i := range h.classes {
		all += uint64(h.classes[i].Load())
	}
	for i := range h.classes {
		seen += uint64(h.classes[i].Load())
		if all > 0 && seen >= uint64(math.Ceil(share*float64(all))) {
			return math.Ldexp(1+(float64(i%16)+0.5)/16, i/16) / 1e6
		}
	}
	return 0
}

// mark is what the last markSize bytes of each payload say, through all rewriting of headers.
type mark struct {
	layer uint32 // of simulcast; 0 is the lowest, or the only one
	seq   uint32 // of this source and layer
	at    int64  // when it was written, unix ns
}

const (
	magic    = 0x53434c54
	markSize = 20
)

func (m mark) put(payload []byte) {
	b := payload[len(payload)-markSize:]
	binary.BigEndian.PutUint32(b, magic)
	binary.BigEndian.PutUint32(b[4:], m.layer)
	binary.BigEndian.PutUint32(b[8:], m.seq)
	binary.BigEndian.PutUint64(b[12:], uint64(m.at))
}

func readMark(packet []byte) (m mark, ok bool) {
	if len(packet) < markSize+12 {
		return m, false
	}
	if packet[0]&0x20 != 0 { // padding
		if packet = packet[:max(0, len(packet)-int(packet[len(packet)-1]))]; len(packet) < markSize+12 {
			return m, false
		}
	}
	b := packet[len(packet)-markSize:]
	if binary.BigEndian.Uint32(b) != magic {
		return m, false
	}
	return mark{binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), int64(binary.BigEndian.Uint64(b[12:]))}, true
}

// line counts what comes on one receiving line in the window. Loss is gaps that never close; with simulcast it is counted
// from one change of layer to the next.
type line struct {
	picture     bool
	layer       uint32
	first, last uint32
	count       int64 // of this layer
	lost, total int64 // of layers that are over
	doubles     int64
	layers      [3]int64
	seen        [1024]uint64 // one bit a sequence number
}

func (l *line) take(m mark) (fresh bool) {
	if l.count > 0 && m.layer != l.layer {
		l.settle()
	}
	if l.count == 0 {
		l.layer, l.first, l.last = m.layer, m.seq, m.seq
		l.seen = [1024]uint64{}
	}
	for seq := l.last + 1; int32(m.seq-seq) >= 0 && m.seq-l.last < 65536; seq++ {
		l.seen[seq>>6&1023] &^= 1 << (seq & 63)
	}
	if int32(m.seq-l.first) < 0 {
		return false // repaired, of before the window
	}
	if word, bit := &l.seen[m.seq>>6&1023], uint64(1)<<(m.seq&63); *word&bit != 0 {
		l.doubles++
		return false
	} else {
		*word |= bit
	}
	if int32(m.seq-l.last) > 0 {
		l.last = m.seq
	}
	l.count++
	if l.picture {
		l.layers[min(m.layer, 2)]++
	}
	return true
}

// settle closes the account of a layer.
func (l *line) settle() {
	if l.count > 0 {
		expected := int64(l.last-l.first) + 1
		l.total += expected
		l.lost += max(expected-l.count, 0)
	}
	l.count = 0
}

// quantile of a few values; 0 of none.
func quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func median(values []float64) float64 { return quantile(values, 0.5) }
