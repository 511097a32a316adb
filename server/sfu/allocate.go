package sfu

// Shares of a receiver's way, bits a second.
const (
	leastScreen = 150000 // a shared screen may be squeezed so far: it stays sharp and becomes slower
	margin      = 115    // percent: what is not yet sent must fit with so much to spare
)

// pick is one picture that a receiver could be sent, and what is decided about it.
type pick struct {
	pinned  bool
	screen  bool
	ceiling int            // highest layer that the size on the receiver's screen calls for; -1: not shown
	cost    [maxLayers]int // bits a second of each layer; 0: there is none
	now     int            // layer sent so far; -1: none
	stay    bool           // it was lowered a moment ago: do not raise it yet

	rank int // decided: the layer to send; -1: none
	bits int // decided, for a screen: the most it may take
}

// rise finds the next layer above rank that there is, up to the ceiling; -1: none.
func (p *pick) rise(rank int) int {
	for r := rank + 1; r <= p.ceiling && r < maxLayers; r++ {
		if p.cost[r] > 0 {
			return r
		}
	}
	return -1
}

// price is what a layer costs in the decision: more when it is not sent yet, so that the choice does not swing.
func (p *pick) price(rank int) int {
	if rank < 0 {
		return 0
	}
	cost := p.cost[rank]
	if p.screen {
		cost = min(cost, leastScreen)
	}
	if rank > p.now {
		return cost * margin / 100
	}
	return cost
}

// allocate decides which layer of each picture a receiver is sent, when budget bits a second are left
// beside the sound. The order is: the pinned picture's smallest layer, screens, the smallest layer of all
// others; then the pinned picture grows, then the others by turns. Frame rate goes before size: a smaller
// layer has all frames. Smallest layers are refused only when strict: when the way was found too narrow.
//
// need is the budget at which the next layer would be sent; 0: there is nothing more to send.
func allocate(budget int, strict bool, picks []*pick) (need int) {
	total := 0
	for _, first := range []func(*pick) bool{
		func(p *pick) bool { return p.pinned },
		func(p *pick) bool { return !p.pinned && p.screen },
		func(p *pick) bool { return !p.pinned && !p.screen },
	} {
		for _, p := range picks {
			if !first(p) {
				continue
			}
			p.rank = -1
			rank := p.rise(-1)
			if rank < 0 {
				continue
			}
			price := p.price(rank)
			if strict && (total+price > budget || p.stay && p.now < 0) {
				need = lesser(need, total+price)
				continue
			}
			p.rank = rank
			total += price
		}
	}
	for _, pinned := range []bool{true, false} {
		for grown := true; grown; {
			grown = false
			for _, p := range picks {
				if p.pinned != pinned || p.rank < 0 {
					continue
				}
				rank := p.rise(p.rank)
				if rank < 0 {
					continue
				}
				more := p.price(rank) - p.price(p.rank)
				if total+more > budget || p.stay && rank > p.now {
					need = lesser(need, total+more)
					continue
				}
				p.rank = rank
				total += more
				grown = true
			}
		}
	}
	for _, p := range picks { // what is left goes to screens
		if p.screen && p.rank >= 0 {
			p.bits = min(p.cost[p.rank], leastScreen) + max(budget-total, 0)
		}
	}
	return need
}

// lesser is the smaller of two needs, where 0 is none.
func lesser(a, b int) int {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// ceilingFor is the lowest layer that is sharp enough for a picture shown in width x height pixels: enlarged
// by no more than a third. Sizes that are not known yet are taken from the layers beside them, each twice as
// wide as the one below; when none is known, the highest layer it is.
func ceilingFor(sizes [maxLayers][2]int, width, height int) int {
	if width <= 0 || height <= 0 {
		return -1
	}
	known := -1
	for rank, s := range sizes {
		if s[0] > 0 && s[1] > 0 {
			known = rank
		}
	}
	if known < 0 {
		return maxLayers - 1
	}
	for rank := range maxLayers - 1 {
		w, h := float64(sizes[rank][0]), float64(sizes[rank][1])
		if w == 0 || h == 0 {
			times := float64(int(1)<<(rank+maxLayers)) / float64(int(1)<<(known+maxLayers))
			w, h = float64(sizes[known][0])*times, float64(sizes[known][1])*times
		}
		if min(float64(width)/w, float64(height)/h) <= 4.0/3 {
			return rank
		}
	}
	return maxLayers - 1
}
