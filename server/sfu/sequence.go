package sfu

import "time"

// epoch is a run of packets from one source. Within it, what goes out is what came in plus an offset.
type epoch struct {
	source *upLayer
	from   uint16 // first source sequence number that belongs to it; moves along so that comparing stays safe
	seqOff uint16
	tsOff  uint32
	idOff  uint16
	tl0Off uint8
}

// munger gives a receiving line one continuous series of sequence numbers, timestamps and picture ids,
// however often its source changes. It remembers the last sources so that a retransmission can be found.
type munger struct {
	clock   uint32 // RTP ticks per second
	epochs  [4]epoch
	begun   int // how many epochs there were
	lastSeq uint16
	lastTS  uint32
	lastID  uint16
	lastTL0 uint8
	zero    time.Time // when the timestamp was zeroTS: all sources are laid along this line
	zeroTS  uint32
}

// current is the epoch that forwards now.
func (m *munger) current() *epoch { return &m.epochs[(m.begun+len(m.epochs)-1)%len(m.epochs)] }

// begin starts an epoch with the packet of source that has this sequence number, timestamp and descriptor,
// captured at the time at.
func (m *munger) begin(source *upLayer, seq uint16, ts uint32, v vp8, at time.Time) {
	e := epoch{source: source, from: seq}
	if m.begun == 0 {
		m.zero, m.zeroTS = at, ts
		m.lastSeq, m.lastTS, m.lastID, m.lastTL0 = seq-1, ts, v.id-1, v.tl0-1
	} else {
		out := m.zeroTS + uint32(int64(at.Sub(m.zero).Seconds()*float64(m.clock)))
		if ahead := int32(out - m.lastTS); ahead <= 0 || ahead > int32(m.clock)*3600 {
			out = m.lastTS + m.clock/100
		}
		e.seqOff = m.lastSeq + 1 - seq
		e.tsOff = out - ts
		e.idOff = m.lastID + 1 - v.id
		e.tl0Off = m.lastTL0 + 1 - v.tl0
	}
	m.epochs[m.begun%len(m.epochs)] = e
	m.begun++
}

// next maps a packet of the current epoch. ok is false when it belongs to the time before the epoch.
func (m *munger) next(seq uint16, ts uint32, v vp8) (outSeq uint16, outTS uint32, ok bool) {
	e := m.current()
	if m.begun == 0 || int16(seq-e.from) < 0 {
		return 0, 0, false
	}
	if seq-e.from > 1<<13 {
		e.from = seq - 1<<12
	}
	outSeq, outTS = seq+e.seqOff, ts+e.tsOff
	if int16(outSeq-m.lastSeq) > 0 {
		m.lastSeq = outSeq
		if int32(outTS-m.lastTS) > 0 {
			m.lastTS = outTS
		}
		if v.hasID {
			m.lastID = v.id + e.idOff
		}
		if v.hasTL0 {
			m.lastTL0 = v.tl0 + e.tl0Off
		}
	}
	return outSeq, outTS, true
}

// origin finds which packet of which source went out under a sequence number.
func (m *munger) origin(outSeq uint16) (e epoch, seq uint16, ok bool) {
	if m.begun == 0 || int16(outSeq-m.lastSeq) > 0 {
		return epoch{}, 0, false
	}
	for i := 1; i <= min(m.begun, len(m.epochs)); i++ {
		e = m.epochs[(m.begun+len(m.epochs)-i)%len(m.epochs)]
		if seq = outSeq - e.seqOff; int16(seq-e.from) >= 0 {
			return e, seq, true
		}
	}
	return epoch{}, 0, false
}
