package sfu

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

const (
	sentSlots   = 2048 // packets remembered until the receiver told of them: half a second of a full hall
	maxStatuses = sentSlots
)

// sentLog remembers when the packets to one receiver went out, by their transport-wide numbers. All lines
// of the receiver share it without a lock.
type sentLog struct {
	numbers atomic.Uint32
	bytes   atomic.Int64 // sent so far
	slots   [sentSlots]atomic.Uint64
}

// next notes a packet of size bytes that goes out now (unix ns), and gives its number.
func (l *sentLog) next(now int64, size int) uint16 {
	n := uint16(l.numbers.Add(1))
	l.bytes.Add(int64(size))
	// 16 bits number, 12 bits size, 36 bits time in µs, which wraps after 19 hours
	l.slots[n%sentSlots].Store(uint64(n)<<48 | uint64(min(size, 4095))<<36 | uint64(now/1000)&(1<<36-1))
	return n
}

// take finds a packet by its number, and forgets it. departed is µs of the clock that now is, too.
func (l *sentLog) take(n uint16, now int64) (departed int64, size int, ok bool) {
	s := l.slots[n%sentSlots].Load()
	if s == 0 || uint16(s>>48) != n {
		return 0, 0, false
	}
	l.slots[n%sentSlots].CompareAndSwap(s, 0)
	past := (now - int64(s&(1<<36-1))) & (1<<36 - 1)
	return now - past, int(s >> 36 & 0xfff), true
}

// arrival is what a feedback message says of one packet.
type arrival struct {
	came bool
	at   int64 // µs since the message's reference time
}

// transportFeedback is a transport-wide feedback message
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
type transportFeedback struct {
	media    uint32
	base     uint16
	ref      uint32 // in 64 ms, 24 bits
	arrivals []arrival
}

// parse reads the message b, one RTCP packet with its header. It is false when it is malformed or tells of
// more packets than are remembered; then what was read is void.
func (f *transportFeedback) parse(b []byte) bool {
	if len(b) < 20 || b[0]&0x1f != 15 || b[1] != 205 {
		return false
	}
	f.media = binary.BigEndian.Uint32(b[8:])
	f.base = binary.BigEndian.Uint16(b[12:])
	count := int(binary.BigEndian.Uint16(b[14:]))
	f.ref = binary.BigEndian.Uint32(b[16:]) >> 8
	f.arrivals = f.arrivals[:0]
	if count > maxStatuses {
		return false
	}
	// First the chunks say which packets came, two bits each as in the format: then the times follow.
	at := 20
	for len(f.arrivals) < count {
		if len(b) < at+2 {
			return false
		}
		chunk := binary.BigEndian.Uint16(b[at:])
		at += 2
		n, width, first := int(chunk&0x1fff), 0, 13 // run length: one symbol for all
		if chunk&0xc000 == 0x8000 {
			n, width, first = 14, 1, 13
		} else if chunk&0x8000 != 0 {
			n, width, first = 7, 2, 12
		}
		mask := uint16(3)
		if width == 1 {
			mask = 1
		}
		if n == 0 {
			return false
		}
		for i := range min(n, count-len(f.arrivals)) {
			f.arrivals = append(f.arrivals, arrival{at: int64(chunk >> (first - i*width) & mask)})
		}
	}
	sum := int64(0)
	for i := range f.arrivals {
		a := &f.arrivals[i]
		switch a.at {
		case 1:
			if len(b) < at+1 {
				return false
			}
			sum += int64(b[at]) * 250
			at++
		case 2:
			if len(b) < at+2 {
				return false
			}
			sum += int64(int16(binary.BigEndian.Uint16(b[at:]))) * 250
			at += 2
		default: // not received, or reserved
			continue
		}
		a.came, a.at = true, sum
	}
	return true
}

// downlink is what is known of the way to a receiver: the packets on it, and what it carries.
type downlink struct {
	sent  sentLog
	heard atomic.Bool  // feedback came: the receiver's estimate means something
	bits  atomic.Int64 // the estimate, bits a second
	tight atomic.Bool  // it was found too narrow lately
	queue atomic.Bool  // a queue was seen on it lately
	loss  atomic.Int32 // share of packets lost, of 1000

	mu       sync.Mutex // guards all below
	estimate estimator
	feedback transportFeedback
	acks     []ack
	started  bool
	ref      uint32 // of the last message
	refTime  int64  // the same without wraps, µs
	told     uint16 // highest number that a message told of

	want     float64 // bits a second that could be used; set by the room
	padBytes int64   // sent.bytes at the last beat, its padding included
	padAt    int64
}

func newDownlink() *downlink { return &downlink{estimate: newEstimator()} }

// hear takes a feedback message. It says whether the estimate fell.
func (l *downlink) hear(b []byte, now int64) (fell bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := &l.feedback
	if !f.parse(b) {
		return false
	}
	if !l.started {
		l.started, l.ref, l.told = true, f.ref, f.base-1
	}
	l.refTime += int64(int32((f.ref-l.ref)<<8)>>8) * 64e3
	l.ref = f.ref
	l.acks = l.acks[:0]
	us := now / 1000
	for i, a := range f.arrivals {
		n := f.base + uint16(i)
		later := int16(n-l.told) > 0
		if later {
			l.told = n
		}
		if !a.came {
			if later {
				l.acks = append(l.acks, ack{lost: true})
			}
			continue
		}
		departed, size, ok := l.sent.take(n, us)
		if !ok {
			continue
		}
		l.acks = append(l.acks, ack{departed: departed, arrived: l.refTime + a.at, size: size, late: !later})
	}
	if len(l.acks) == 0 {
		return false
	}
	fell = l.estimate.feedback(us, l.acks)
	l.publish(us)
	l.heard.Store(true)
	return fell
}

func (l *downlink) publish(us int64) {
	l.bits.Store(int64(l.estimate.rate()))
	l.tight.Store(l.estimate.tight(us))
	l.queue.Store(l.estimate.queueing(us))
	l.loss.Store(int32(l.estimate.loss * 1000))
}

// rate is the estimate in bits a second. known is false as long as the receiver has said nothing.
func (l *downlink) rate() (bits int, tight, known bool) {
	return int(l.bits.Load()), l.tight.Load(), l.heard.Load()
}

// wish says how many bits a second the receiver could use; the room's goroutine calls it.
func (l *downlink) wish(bits int) {
	l.mu.Lock()
	l.want = float64(bits)
	l.mu.Unlock()
}

// padded says that padding went out: at the next beat it does not count as sent, or every other beat would be empty.
func (l *downlink) padded() {
	l.mu.Lock()
	l.padBytes = l.sent.bytes.Load()
	l.mu.Unlock()
}

// beat tells how many bytes of padding are due.
func (l *downlink) beat(now int64) int {
	if !l.heard.Load() {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	us, total := now/1000, l.sent.bytes.Load()
	sent, past := int(total-l.padBytes), us-l.padAt
	first := l.padAt == 0
	l.padBytes, l.padAt = total, us
	if first {
		return 0
	}
	due := l.estimate.pad(us, l.want, sent, min(past, 200e3))
	l.publish(us)
	return due
}
