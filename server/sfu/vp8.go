package sfu

// vp8 is what the switch needs of a VP8 payload descriptor (RFC 7741 section 4.2).
type vp8 struct {
	key    bool   // first packet of a key frame
	start  bool   // first packet of a frame
	hasID  bool   // a picture id is there
	long   bool   // it has 15 bits, not 7
	hasTL0 bool   // a TL0PICIDX is there
	id     uint16 // picture id
	tl0    uint8  // TL0PICIDX
	idAt   uint8  // where the picture id lies in the payload
	tl0At  uint8  // where the TL0PICIDX lies
	dataAt uint8  // where the frame's data begin
}

// parseVP8 reads the payload descriptor. ok is false when the payload is malformed; an empty payload is
// padding and comes back as zero.
func parseVP8(b []byte) (v vp8, ok bool) {
	if len(b) == 0 {
		return v, true
	}
	at := 1
	v.start = b[0]&0x10 != 0 && b[0]&0x07 == 0
	if b[0]&0x80 != 0 {
		if len(b) < 2 {
			return vp8{}, false
		}
		ext := b[1]
		at = 2
		if ext&0x80 != 0 {
			if len(b) <= at {
				return vp8{}, false
			}
			v.hasID, v.idAt = true, uint8(at)
			if v.long = b[at]&0x80 != 0; v.long {
				if len(b) <= at+1 {
					return vp8{}, false
				}
				v.id = uint16(b[at]&0x7f)<<8 | uint16(b[at+1])
				at += 2
			} else {
				v.id = uint16(b[at])
				at++
			}
		}
		if ext&0x40 != 0 {
			if len(b) <= at {
				return vp8{}, false
			}
			v.hasTL0, v.tl0, v.tl0At = true, b[at], uint8(at)
			at++
		}
		if ext&0x30 != 0 { // TID and KEYIDX share a byte
			at++
		}
	}
	if len(b) <= at {
		return vp8{}, false
	}
	v.key = v.start && b[at]&0x01 == 0
	v.dataAt = uint8(at)
	return v, true
}

// size reads a key frame's width and height in pixels (RFC 6386 section 9.1) from the payload b; 0: not there.
func (v vp8) size(b []byte) (width, height int) {
	if !v.key || len(b) < int(v.dataAt)+10 {
		return 0, 0
	}
	if b = b[v.dataAt:]; b[3] != 0x9d || b[4] != 0x01 || b[5] != 0x2a {
		return 0, 0
	}
	return int(b[6]) | int(b[7]&0x3f)<<8, int(b[8]) | int(b[9]&0x3f)<<8
}

// rewrite shifts picture id and TL0PICIDX in the payload b, from which v was parsed.
func (v vp8) rewrite(b []byte, idOff uint16, tl0Off uint8) {
	if v.hasID {
		id := v.id + idOff
		if v.long {
			b[v.idAt] = 0x80 | uint8(id>>8&0x7f)
			b[v.idAt+1] = uint8(id)
		} else {
			b[v.idAt] = uint8(id & 0x7f)
		}
	}
	if v.hasTL0 {
		b[v.tl0At] = v.tl0 + tl0Off
	}
}
