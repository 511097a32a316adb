package sfu

import "github.com/pion/rtcp"

const (
	maxMissing   = 256             // a larger gap is not asked for packet by packet
	nackInterval = int64(80 * 1e6) // ns between two requests for one packet
	nackTries    = 8               // then it is given up
	reorderBy    = 2               // a packet is not missed before so many later ones came
	reorderFor   = int64(10 * 1e6) // or so many ns have passed: networks swap packets
)

// missing lists the packets of a stream that should have come. Times are unix ns.
type missing struct {
	list []lost
}

type lost struct {
	seq   uint16
	tries uint8
	next  int64
}

// gap notes the packets from first up to, not including, end. It is false when they are too many: then
// all are forgotten.
func (m *missing) gap(first, end uint16, now int64) bool {
	if int(end-first)+len(m.list) > maxMissing {
		m.list = m.list[:0]
		return false
	}
	for seq := first; seq != end; seq++ {
		m.list = append(m.list, lost{seq: seq, next: now + reorderFor})
	}
	return true
}

// got strikes a packet off the list and says whether it was on it.
func (m *missing) got(seq uint16) bool {
	for i := range m.list {
		if m.list[i].seq == seq {
			m.list = append(m.list[:i], m.list[i+1:]...)
			return true
		}
	}
	return false
}

// due appends to into the packets that should be asked for now, when highest has come, and drops those
// asked for too often; gaveUp counts these.
func (m *missing) due(now int64, highest uint16, into []uint16) (seqs []uint16, gaveUp int) {
	kept := m.list[:0]
	for _, l := range m.list {
		if l.next <= now || l.tries == 0 && highest-l.seq > reorderBy {
			if l.tries >= nackTries {
				gaveUp++
				continue
			}
			l.tries++
			l.next = now + nackInterval
			into = append(into, l.seq)
		}
		kept = append(kept, l)
	}
	m.list = kept
	return into, gaveUp
}

// nack makes the request for some packets of a stream.
func nack(sender, media uint32, seqs []uint16) *rtcp.TransportLayerNack {
	return &rtcp.TransportLayerNack{
		SenderSSRC: sender, MediaSSRC: media,
		Nacks: rtcp.NackPairsFromSequenceNumbers(seqs),
	}
}
