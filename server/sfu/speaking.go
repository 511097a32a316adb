package sfu

import "slices"

// Who speaks, by the loudness that clients write beside their sound (RFC 6464): nothing is decoded.
const (
	loudEnough = 127 - 42   // smoothed loudness above which it is speech: -42 dBov
	speaksFor  = int64(7e8) // ns that speech lasts over a pause between words
)

// voice follows the loudness of one sound.
type voice struct {
	loudness float64 // smoothed; 127 is the loudest
}

// hear takes a packet's level byte; -1: it has none. It says whether that is speech.
func (v *voice) hear(level int16) bool {
	if level < 0 {
		return false
	}
	now := float64(127 - level&0x7f)
	gain := 0.15 // falls slowly
	if now > v.loudness {
		gain = 0.3
	}
	v.loudness += gain * (now - v.loudness)
	return v.loudness > loudEnough
}

// listen tells everybody who speaks, when that has changed: the same to all, in the order of joining.
func (r *Room) listen(now int64) {
	speaking := []string{}
	for _, p := range r.peers {
		up := p.lines.sound
		if up == nil || up.paused() {
			continue
		}
		if l := up.layers[0].Load(); l != nil && now-l.spokeAt.Load() < speaksFor {
			speaking = append(speaking, p.participant)
		}
	}
	for _, p := range r.peers {
		heard := speaking
		if p.held.Load() || !p.announced {
			heard = []string{} // of others nothing reaches it
		}
		if slices.Equal(heard, p.toldSpeaking) {
			continue
		}
		p.toldSpeaking = heard
		if p.ev.Speaking != nil {
			p.ev.Speaking(slices.Clone(heard))
		}
	}
}
