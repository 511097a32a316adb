package sfu

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// Bounds of an offer.
const (
	maxOffer      = 24 << 10 // bytes
	maxMediaLines = 48
	maxCandidates = 50
)

// Header extensions that we know.
const (
	uriLevel       = sdp.AudioLevelURI
	uriOrientation = "urn:3gpp:video-orientation"
)

// Lines says which media line of the client's offer is what, by mid.
type Lines struct {
	Sound   string      // the client sends its sound here; empty: not offered
	Camera  string      // its camera, one stream or simulcast of up to three rids (q, h, f)
	Screen  string      // its screen, one stream
	Seats   []SeatLines // where it receives the others: give sound and picture one msid's worth of transceivers
	Screens []string    // where it receives shared screens
}

// SeatLines are the two receiving lines of a seat.
type SeatLines struct {
	Sound, Picture string // mids; Picture may be empty (who only listens)
}

// offer is a client's offer as far as we need to understand it; pion reads it again for the rest.
type offer struct {
	sdp   string
	lines Lines
	media map[string]*mediaLine
	wiring
}

type mediaLine struct {
	kind      string
	direction string
	pt, rtxPT uint8 // of Opus, VP8 or H.264; 0: not offered
	h264      bool  // these are of H.264: VP8 is not offered
	canH264   bool  // H.264 is offered, in the form that we forward
	redPT     uint8 // of Opus with redundancy; 0: not offered
	redFirst  bool  // and preferred
	rids      []string
}

// extensions are the ids of header extensions as offered; 0: not offered.
type extensions struct {
	mid, rid, repaired, transport, level, orientation uint8
}

// source is an SSRC that the offer declares.
type source struct {
	mid string
	of  uint32 // it repairs this one; 0: it is media itself
}

// parseOffer reads and checks an offer. Errors: ErrTooLarge, ErrBadOffer, ErrBadLines, ErrNoCodec.
func parseOffer(text string, lines Lines) (*offer, error) {
	if len(text) > maxOffer {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(text))
	}
	var desc sdp.SessionDescription
	if err := desc.UnmarshalString(text); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	if n := len(desc.MediaDescriptions); n == 0 {
		return nil, fmt.Errorf("%w: no media", ErrBadOffer)
	} else if n > maxMediaLines {
		return nil, fmt.Errorf("%w: %d media lines", ErrTooLarge, n)
	}
	o := &offer{sdp: text, lines: lines, media: make(map[string]*mediaLine)}
	o.sources = make(map[uint32]source)
	candidates := 0
	for _, m := range desc.MediaDescriptions {
		for _, a := range m.Attributes {
			if a.Key == sdp.AttrKeyCandidate {
				candidates++
			}
		}
	}
	if candidates > maxCandidates {
		return nil, fmt.Errorf("%w: %d candidates", ErrTooLarge, candidates)
	}
	for _, m := range desc.MediaDescriptions {
		if err := o.readMedia(m); err != nil {
			return nil, err
		}
	}
	return o, o.checkLines()
}

func (o *offer) readMedia(m *sdp.MediaDescription) error {
	mid, ok := m.Attribute(sdp.AttrKeyMID)
	if !ok || mid == "" || len(mid) > 16 || o.media[mid] != nil {
		return fmt.Errorf("%w: every media line needs a mid of its own", ErrBadOffer)
	}
	line := &mediaLine{kind: m.MediaName.Media}
	o.media[mid] = line
	switch line.kind {
	case "application":
		return nil
	case "audio", "video":
	default:
		return fmt.Errorf("%w: media kind", ErrBadOffer)
	}
	format := make(map[string]string) // payload type -> fmtp
	names := make(map[string]string)  // payload type -> rtpmap
	apt := make(map[string]string)    // payload type -> the one it repairs
	for _, a := range m.Attributes {
		key, rest, _ := strings.Cut(a.Value, " ")
		switch a.Key {
		case "sendonly", "recvonly", "sendrecv", "inactive":
			line.direction = a.Key
		case "rtpmap":
			names[key] = strings.ToLower(rest)
		case "fmtp":
			if v, ok := strings.CutPrefix(rest, "apt="); ok {
				apt[key] = v
			}
			format[key] = rest
		case "rid":
			if strings.HasPrefix(rest, "send") && !slices.Contains(line.rids, key) {
				line.rids = append(line.rids, key)
			}
		case "extmap":
			o.readExtension(key, rest)
		case "ssrc":
			if n, err := strconv.ParseUint(key, 10, 32); err == nil && n != 0 {
				if src := o.sources[uint32(n)]; src.mid == "" {
					o.sources[uint32(n)] = source{mid: mid}
				}
			}
		case "ssrc-group":
			f := strings.Fields(rest)
			if key != "FID" || len(f) != 2 {
				continue
			}
			media, err1 := strconv.ParseUint(f[0], 10, 32)
			repair, err2 := strconv.ParseUint(f[1], 10, 32)
			if err1 == nil && err2 == nil && media != 0 && repair != 0 {
				o.sources[uint32(repair)] = source{mid: mid, of: uint32(media)}
			}
		}
	}
	if len(line.rids) > 0 { // Firefox declares the SSRCs of layers too, but not which is which
		maps.DeleteFunc(o.sources, func(_ uint32, s source) bool { return s.mid == mid && s.of == 0 })
	}
	if line.direction == "" {
		return fmt.Errorf("%w: line %q has no direction", ErrBadOffer, mid)
	}
	if len(line.rids) > maxLayers || len(o.sources) > 4*maxMediaLines {
		return fmt.Errorf("%w: layers", ErrTooLarge)
	}
	want := map[string]string{"audio": "opus/48000/2", "video": "vp8/90000"}[line.kind]
	h264 := uint8(0)
	for _, pt := range m.MediaName.Formats {
		if names[pt] == want && line.pt == 0 {
			line.pt = payloadType(pt)
		}
		if h264 == 0 && names[pt] == "h264/90000" && baseline(format[pt]) {
			h264 = payloadType(pt)
		}
	}
	if line.canH264 = h264 != 0; line.pt == 0 && line.canH264 {
		line.pt, line.h264 = h264, true
	}
	for _, pt := range m.MediaName.Formats {
		if names[pt] == "rtx/90000" && line.pt != 0 && apt[pt] == strconv.Itoa(int(line.pt)) {
			line.rtxPT = payloadType(pt)
		}
		if opus := strconv.Itoa(int(line.pt)); names[pt] == "red/48000/2" && format[pt] == opus+"/"+opus {
			line.redPT = payloadType(pt)
			line.redFirst = slices.Index(m.MediaName.Formats, pt) < slices.Index(m.MediaName.Formats, opus)
		}
	}
	return nil
}

// baseline says whether an H.264 format is the one that we forward: constrained baseline, which all who
// have H.264 decode, in packetization mode 1.
func baseline(fmtp string) bool {
	fmtp = strings.ToLower(fmtp)
	return strings.Contains(fmtp, "packetization-mode=1") &&
		(strings.Contains(fmtp, "profile-level-id=42e0") || strings.Contains(fmtp, "profile-level-id=42c0"))
}

func payloadType(s string) uint8 {
	n, err := strconv.ParseUint(s, 10, 7)
	if err != nil {
		return 0
	}
	return uint8(n)
}

func (o *offer) readExtension(key, uri string) {
	key, _, _ = strings.Cut(key, "/") // direction
	n, err := strconv.ParseUint(key, 10, 8)
	if err != nil || n < 1 || n > 14 {
		return
	}
	uri, _, _ = strings.Cut(uri, " ")
	ids := map[string]*uint8{
		sdp.SDESMidURI: &o.ext.mid, sdp.SDESRTPStreamIDURI: &o.ext.rid, sdp.SDESRepairRTPStreamIDURI: &o.ext.repaired,
		sdp.TransportCCURI: &o.ext.transport, uriLevel: &o.ext.level, uriOrientation: &o.ext.orientation,
	}
	if id := ids[uri]; id != nil && *id == 0 {
		*id = uint8(n)
	}
}

// checkLines holds the lines against the offer.
func (o *offer) checkLines() error {
	used := make(map[string]bool)
	check := func(mid, kind, direction string) error {
		if mid == "" {
			return nil
		}
		m := o.media[mid]
		if m == nil || m.kind != kind || used[mid] || m.direction != direction && m.direction != "sendrecv" {
			return fmt.Errorf("%w: %q", ErrBadLines, mid)
		}
		used[mid] = true
		if m.pt == 0 {
			return fmt.Errorf("%w: line %q", ErrNoCodec, mid)
		}
		return nil
	}
	l := o.lines
	errs := []error{
		check(l.Sound, "audio", "sendonly"), check(l.Camera, "video", "sendonly"), check(l.Screen, "video", "sendonly"),
	}
	for _, seat := range l.Seats {
		if seat.Sound == "" {
			return fmt.Errorf("%w: a seat without sound", ErrBadLines)
		}
		errs = append(errs, check(seat.Sound, "audio", "recvonly"), check(seat.Picture, "video", "recvonly"))
	}
	for _, mid := range l.Screens {
		if mid == "" {
			return fmt.Errorf("%w: an empty screen line", ErrBadLines)
		}
		errs = append(errs, check(mid, "video", "recvonly"))
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// encourage adds Chromium's start and top bitrate to the picture lines on which the client sends: without
// them it begins with a very small picture and takes ten seconds to grow.
func encourage(answer string, lines Lines) string {
	const hint = "x-google-start-bitrate=1200;x-google-max-bitrate=2500"
	sections := strings.Split(answer, "\r\nm=")
	for i, section := range sections {
		sends := false
		for _, mid := range []string{lines.Camera, lines.Screen} {
			sends = sends || mid != "" && strings.Contains(section+"\r\n", "\r\na=mid:"+mid+"\r\n")
		}
		if !sends {
			continue
		}
		rows := strings.Split(section, "\r\n")
		for j, row := range rows {
			pt, isMap := strings.CutPrefix(row, "a=rtpmap:")
			pt, isVP8 := strings.CutSuffix(pt, " VP8/90000")
			if isMap && isVP8 { // to H.264 it would be a second fmtp
				rows[j] += "\r\na=fmtp:" + pt + " " + hint
			}
		}
		sections[i] = strings.Join(rows, "\r\n")
	}
	return strings.Join(sections, "\r\nm=")
}

// oneCodec leaves a sending picture line the codec that was chosen and its repair: else the client could
// send another.
func oneCodec(answer, mid string, m *mediaLine) string {
	if m == nil || mid == "" {
		return answer
	}
	kept := []string{strconv.Itoa(int(m.pt)), strconv.Itoa(int(m.rtxPT))}
	sections := strings.Split(answer, "\r\nm=")
	for i, section := range sections {
		if !strings.Contains(section+"\r\n", "\r\na=mid:"+mid+"\r\n") {
			continue
		}
		rows := strings.Split(section, "\r\n")
		fields := strings.Fields(rows[0])
		if len(fields) < 4 || !slices.Contains(fields[3:], kept[0]) {
			continue
		}
		formats := slices.DeleteFunc(slices.Clone(fields[3:]), func(pt string) bool { return !slices.Contains(kept, pt) })
		rows[0] = strings.Join(append(fields[:3:3], formats...), " ")
		rows = slices.DeleteFunc(rows, func(row string) bool {
			for _, key := range []string{"a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"} {
				if rest, ok := strings.CutPrefix(row, key); ok {
					pt, _, _ := strings.Cut(rest, " ")
					return pt != "*" && !slices.Contains(kept, pt)
				}
			}
			return false
		})
		sections[i] = strings.Join(rows, "\r\n")
	}
	return strings.Join(sections, "\r\nm=")
}

// preferRED puts RED first in the answer's sound line, where the client did: browsers send by that order.
func preferRED(answer string, sound *mediaLine, mid string) string {
	if sound == nil || sound.redPT == 0 {
		return answer
	}
	red, plain := strconv.Itoa(int(sound.redPT)), strconv.Itoa(int(sound.pt))
	first, second := plain, red
	if sound.redFirst {
		first, second = red, plain
	}
	sections := strings.Split(answer, "\r\nm=")
	for i, section := range sections {
		if !strings.Contains(section+"\r\n", "\r\na=mid:"+mid+"\r\n") {
			continue
		}
		head, rest, _ := strings.Cut(section, "\r\n")
		fields := strings.Fields(head)
		if len(fields) < 5 || !slices.Contains(fields[3:], red) || !slices.Contains(fields[3:], plain) {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(fields[3:]), func(pt string) bool { return pt == red || pt == plain })
		fields = append(append(fields[:3:3], first, second), others...)
		sections[i] = strings.Join(fields, " ") + "\r\n" + rest
	}
	return strings.Join(sections, "\r\nm=")
}

// rtxOf finds the payload type that repairs pt; 0: none.
func rtxOf(pt webrtc.PayloadType, codecs []webrtc.RTPCodecParameters) webrtc.PayloadType {
	for _, c := range codecs {
		if c.MimeType == webrtc.MimeTypeRTX && c.SDPFmtpLine == fmt.Sprintf("apt=%d", pt) {
			return c.PayloadType
		}
	}
	return 0
}
