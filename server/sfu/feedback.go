package sfu

import (
	"time"

	"github.com/pion/rtcp"
)

// reception counts what came of one stream, for the receiver reports to its sender (RFC 3550 A.3, A.8).
type reception struct {
	clock    uint32
	started  bool
	base     uint16 // first sequence number
	highest  uint16
	cycles   uint32 // wraps of highest, times 65536
	received uint32
	transit  int64 // last packet's arrival minus timestamp, in ticks
	jitter   float64
	expectedBefore,
	receivedBefore uint32
}

// arrive counts a packet that advances the stream or fills a gap.
func (r *reception) arrive(p *packet) {
	if !r.started {
		r.started, r.base, r.highest = true, p.seq, p.seq
	} else if int16(p.seq-r.highest) > 0 {
		if p.seq < r.highest {
			r.cycles += 1 << 16
		}
		r.highest = p.seq
	}
	r.received++
	if p.recovered {
		return
	}
	transit := int64(float64(p.at%1e15)/1e9*float64(r.clock)) - int64(p.ts)
	if d := int32(transit - r.transit); r.received > 1 {
		if d < 0 {
			d = -d
		}
		if d < int32(r.clock) { // a wrap of either clock is not jitter
			r.jitter += (float64(d) - r.jitter) / 16
		}
	}
	r.transit = transit
}

// report makes this stream's block of the next receiver report.
func (r *reception) report(ssrc uint32, last sourceClock, now int64) rtcp.ReceptionReport {
	expected := r.cycles + uint32(r.highest) - uint32(r.base) + 1
	out := rtcp.ReceptionReport{
		SSRC: ssrc, LastSequenceNumber: r.cycles | uint32(r.highest), Jitter: uint32(r.jitter),
	}
	if expected > r.received {
		out.TotalLost = min(expected-r.received, 1<<23-1)
	}
	e, g := expected-r.expectedBefore, r.received-r.receivedBefore
	if e > g && e > 0 {
		out.FractionLost = uint8(min(uint64(e-g)<<8/uint64(e), 255))
	}
	r.expectedBefore, r.receivedBefore = expected, r.received
	if last.known {
		out.LastSenderReport = uint32(last.ntp >> 16)
		out.Delay = uint32(float64(now-last.at) / 1e9 * 65536)
	}
	return out
}

// sourceClock is the last sender report of a stream: which RTP time was which time of its sender's clock.
type sourceClock struct {
	known bool
	ntp   uint64
	rtp   uint32
	at    int64 // arrival, unix ns
}

// captured tells when, by our clock, the moment of timestamp ts was. skew is our clock minus the sender's, ns.
func (c sourceClock) captured(ts, clock uint32, skew int64) time.Time {
	return time.Unix(0, ntpToUnix(c.ntp)+skew+int64(int32(ts-c.rtp))*1e9/int64(clock))
}

const ntpEpoch = 2208988800 // seconds from 1900 to 1970

func ntpToUnix(ntp uint64) int64 {
	return (int64(ntp>>32)-ntpEpoch)*1e9 + int64(ntp&0xffffffff*1e9>>32)
}

func unixToNTP(ns int64) uint64 {
	return uint64(ns/1e9+ntpEpoch)<<32 | uint64(ns%1e9)<<32/1e9
}

// maxBlocks is how many report blocks one RTCP packet can carry.
const maxBlocks = 31

// report is one beat of the room's timer for this peer, 50 ms apart; beat counts them. It sends what is
// due: requests for lost packets and key frames, transport feedback, receiver and sender reports.
func (p *Peer) report(beat uint64, now int64) {
	var out []rtcp.Packet
	var blocks []rtcp.ReceptionReport
	second := beat%20 == p.phase
	w := p.wired.Load()
	if w == nil {
		return
	}
	for _, up := range w.up {
		for rank := range up.layers {
			l := up.layers[rank].Load()
			if l == nil {
				continue
			}
			l.beat(now)
			if second {
				if b, ok := l.receptionReport(now); ok {
					blocks = append(blocks, b)
				}
			}
		}
	}
	if beat%2 == p.phase%2 {
		p.twccMu.Lock()
		out = append(out, p.twcc.BuildFeedbackPacket()...)
		p.twccMu.Unlock()
	}
	for len(blocks) > 0 {
		n := min(len(blocks), maxBlocks)
		out = append(out, &rtcp.ReceiverReport{SSRC: p.ssrc, Reports: blocks[:n]})
		blocks = blocks[n:]
	}
	due := p.way.beat(now)
	for _, d := range w.down {
		if due > 0 && d.pad(now, due) {
			p.way.padded()
			due = 0
		}
		d.beat(now)
		if second {
			out = d.senderReport(out, now)
		}
	}
	if len(out) > 0 {
		p.writeRTCP(out...)
	}
}
