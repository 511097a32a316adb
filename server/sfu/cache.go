package sfu

const (
	cacheMin  = 64               // slots at first
	cacheMax  = 1024             // and at most: about 3 s of a good picture
	cacheKeep = int64(600 * 1e6) // ns; a cache that overwrites younger packets grows
	maxStored = 1500             // bytes of payload; larger packets are forwarded but not kept
)

// packet is one media packet without its transport: what the fan-out hands to the receiving lines.
type packet struct {
	seq       uint16
	ts        uint32
	marker    bool
	recovered bool  // came by retransmission
	level     int16 // audio level extension's byte; -1: none
	turn      int16 // video orientation extension's byte; -1: none
	at        int64 // arrival, unix ns
	payload   []byte
	vp8       vp8
}

// cache keeps the last packets of one incoming stream, for all who receive it. It grows with the rate.
type cache struct {
	slots []slot
}

type slot struct {
	packet
	used bool
}

// put stores a copy of p.
func (c *cache) put(p *packet) {
	if len(p.payload) > maxStored {
		return
	}
	if c.slots == nil {
		c.slots = make([]slot, cacheMin)
	}
	s := &c.slots[int(p.seq)&(len(c.slots)-1)]
	if s.used && s.seq != p.seq && p.at-s.at < cacheKeep && len(c.slots) < cacheMax {
		old := c.slots
		c.slots = make([]slot, 2*len(old))
		for i := range old {
			if old[i].used {
				c.slots[int(old[i].seq)&(len(c.slots)-1)] = old[i]
			}
		}
		s = &c.slots[int(p.seq)&(len(c.slots)-1)]
	}
	buf := s.payload[:0]
	if cap(buf) < len(p.payload) { // sizes in steps, so that a slot is allocated once or twice in its life
		buf = make([]byte, 0, (len(p.payload)+255)&^255)
	}
	s.packet = *p
	s.payload = append(buf, p.payload...)
	s.used = true
}

// has says whether the packet is there.
func (c *cache) has(seq uint16) bool {
	if c.slots == nil {
		return false
	}
	s := &c.slots[int(seq)&(len(c.slots)-1)]
	return s.used && s.seq == seq
}

// get copies the packet into p, its payload behind what room bytes of buf are left free.
func (c *cache) get(seq uint16, p *packet, buf []byte, room int) ([]byte, bool) {
	if !c.has(seq) {
		return buf, false
	}
	s := &c.slots[int(seq)&(len(c.slots)-1)]
	if cap(buf) < room+maxStored {
		buf = make([]byte, room+maxStored)
	}
	buf = append(buf[:room], s.payload...)
	*p = s.packet
	p.payload = buf[room:]
	return buf, true
}
