package sfu

import "encoding/binary"

// Redundancy for sound (RFC 2198): a packet carries its predecessors once more.
const (
	maxBlocksRED = 4       // blocks of a packet that we read, the primary among them
	maxExtra     = 2       // predecessors that we add for a receiver
	maxOffset    = 1 << 14 // timestamp offset of a block
	maxLength    = 1 << 10 // bytes of a block
	opusType     = 111     // payload type of Opus where we add redundancy: all browsers that take RED use it
)

// Shares of sound lost, over some seconds, from which it is sent with redundancy, and how long that stays.
const (
	lossForOne = 0.01
	lossForTwo = 0.06
	extraFor   = int64(20e9) // ns
)

// block is one block of a RED payload: the last is the primary.
type block struct {
	pt     uint8
	offset uint32 // ticks before the packet's timestamp
	data   []byte
}

// parseRED reads a RED payload. It is false when it is malformed or has too many blocks.
func parseRED(b []byte, into *[maxBlocksRED]block) (n int, ok bool) {
	at := 0
	var sizes [maxBlocksRED]int
	for {
		if n == maxBlocksRED || at >= len(b) {
			return 0, false
		}
		into[n] = block{pt: b[at] & 0x7f}
		if b[at]&0x80 == 0 {
			at++
			n++
			break
		}
		if at+4 > len(b) {
			return 0, false
		}
		word := binary.BigEndian.Uint32(b[at:])
		into[n].offset, sizes[n] = word>>10&(maxOffset-1), int(word&(maxLength-1))
		at += 4
		n++
	}
	for i := range n - 1 {
		if at+sizes[i] > len(b) {
			return 0, false
		}
		into[i].data = b[at : at+sizes[i]]
		at += sizes[i]
	}
	into[n-1].data = b[at:]
	return n, true
}

// appendRED appends a RED payload of these blocks, the primary last.
func appendRED(b []byte, blocks []block) []byte {
	for _, k := range blocks[:len(blocks)-1] {
		b = binary.BigEndian.AppendUint32(b, 1<<31|uint32(k.pt)<<24|k.offset<<10|uint32(len(k.data)))
	}
	b = append(b, blocks[len(blocks)-1].pt&0x7f)
	for _, k := range blocks {
		b = append(b, k.data...)
	}
	return b
}

// takeRED takes a packet of sound with redundancy: its predecessors where they are missing, then itself.
func (s *mediaStream) takeRED(p *packet) {
	var blocks [maxBlocksRED]block
	n, ok := parseRED(p.payload, &blocks)
	if !ok || blocks[n-1].pt != s.track.pt {
		return
	}
	main, begun := *p, s.layer.lastAt.Load() != 0
	for i := range n - 1 {
		k := &blocks[i]
		if !begun || k.pt != s.track.pt || len(k.data) == 0 {
			continue
		}
		*p = packet{
			seq: main.seq - uint16(n-1-i), ts: main.ts - k.offset, level: -1, turn: -1, at: main.at,
			payload: k.data, recovered: true,
		}
		s.hand(p)
	}
	*p = main
	p.payload = blocks[n-1].data
	s.hand(p)
}

// past keeps the latest sound packets of a stream, to send them once more.
type past struct {
	slots [4]struct {
		used bool
		seq  uint16
		ts   uint32
		data []byte
	}
	made [maxExtra][]byte // the latest packet with one, two ... predecessors; empty: there are none
}

func (h *past) put(p *packet) {
	s := &h.slots[p.seq%4]
	s.used, s.seq, s.ts, s.data = true, p.seq, p.ts, append(s.data[:0], p.payload...)
}

// make puts together the payloads for receivers who lose packets: with up to extra predecessors.
func (h *past) make(p *packet, extra int) {
	for i := range h.made {
		h.made[i] = h.made[i][:0]
	}
	var blocks [maxExtra + 1]block
	at := maxExtra
	blocks[at] = block{pt: opusType, data: p.payload}
	for back := 1; back <= extra; back++ {
		s := &h.slots[(p.seq-uint16(back))%4]
		offset := p.ts - s.ts
		if !s.used || s.seq != p.seq-uint16(back) || offset >= maxOffset || len(s.data) >= maxLength || len(s.data) == 0 {
			return
		}
		at--
		blocks[at] = block{pt: opusType, offset: offset, data: s.data}
		h.made[back-1] = appendRED(h.made[back-1], blocks[at:])
	}
}

// extras is how many predecessors a receiver's sound should carry, held for a while so that it does not swing.
type extras struct {
	level int
	since int64 // when at least so much was last called for, unix ns
}

// follow takes the share of packets lost and gives the level.
func (e *extras) follow(loss float64, now int64) int {
	level := 0
	switch {
	case loss >= lossForTwo:
		level = 2
	case loss >= lossForOne:
		level = 1
	}
	if level >= e.level || now-e.since > extraFor {
		e.level, e.since = level, now
	}
	return e.level
}
