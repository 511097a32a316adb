package sfu

// maxLayers bounds the simulcast layers of one picture.
const maxLayers = 3

// chooseLayer picks the layer to forward: the highest one alive that is not above ceiling; when all live
// ones lie above, the lowest of them; when none is alive, current stays. Ranks count from 0 (lowest);
// current is -1 when nothing is forwarded yet, and so is the answer when there is nothing to choose.
func chooseLayer(alive [maxLayers]bool, current, ceiling int) int {
	for rank := min(ceiling, maxLayers-1); rank >= 0; rank-- {
		if alive[rank] {
			return rank
		}
	}
	for rank := max(ceiling+1, 0); rank < maxLayers; rank++ {
		if alive[rank] {
			return rank
		}
	}
	return current
}

// rankOf gives the rank of a rid: the names which our client uses, else its place among the rids as
// offered (lowest first).
func rankOf(rid string, rids []string) (int, bool) {
	for i, r := range rids {
		if r != rid {
			continue
		}
		known := map[string]int{"q": 0, "h": 1, "f": 2}
		for _, other := range rids {
			if _, ok := known[other]; !ok {
				return i, i < maxLayers
			}
		}
		return known[rid], true
	}
	return 0, false
}
