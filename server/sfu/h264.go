package sfu

import "encoding/binary"

// keyH264 says whether an H.264 payload (RFC 6184) begins a key frame: whether it carries a sequence
// parameter set, alone, among others (STAP-A) or as the first fragment (FU-A). Browsers send one before each.
func keyH264(b []byte) bool {
	const sps, stapA, fuA = 7, 24, 28
	if len(b) == 0 {
		return false
	}
	switch kind := b[0] & 0x1f; kind {
	case stapA:
		for at := 1; at+3 <= len(b); {
			size := int(binary.BigEndian.Uint16(b[at:]))
			at += 2
			if size == 0 || at+size > len(b) {
				return false
			}
			if b[at]&0x1f == sps {
				return true
			}
			at += size
		}
		return false
	case fuA:
		return len(b) > 1 && b[1]&0x80 != 0 && b[1]&0x1f == sps
	default:
		return kind == sps
	}
}
