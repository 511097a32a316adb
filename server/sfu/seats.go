package sfu

// place is one receiving place of a peer: a seat or a screen line.
type place struct {
	who   string // participant; empty: free
	since uint64 // version of the seat map that first named who here
}

// assign seats those present in the places, in the given order, and frees the places of all others. Who
// has a place keeps it. Newly taken places are marked with version. It changes places in place; changed
// says whether any did, short how many of those present found none.
func assign(places []place, present []string, version uint64) (changed bool, short int) {
	seated := make(map[string]bool, len(present))
	here := make(map[string]bool, len(present))
	for _, who := range present {
		here[who] = true
	}
	for i := range places {
		p := &places[i]
		if p.who == "" {
			continue
		}
		if !here[p.who] || seated[p.who] {
			*p = place{}
			changed = true
			continue
		}
		seated[p.who] = true
	}
	free := 0
	for _, who := range present {
		if who == "" || seated[who] {
			continue
		}
		for free < len(places) && places[free].who != "" {
			free++
		}
		if free == len(places) {
			short++
			continue
		}
		seated[who] = true
		places[free] = place{who: who, since: version}
		changed = true
	}
	return changed, short
}
