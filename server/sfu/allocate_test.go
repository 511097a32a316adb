package sfu

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var usual = [maxLayers]int{150e3, 500e3, 1700e3}

func TestWhatAReceiverIsSent(t *testing.T) {
	cam := func(now int) pick { return pick{ceiling: 2, cost: usual, now: now} }
	pinned := func(now int) pick { return pick{pinned: true, ceiling: 2, cost: usual, now: now} }
	shared := pick{screen: true, ceiling: 2, cost: [maxLayers]int{2e6}, now: 0}
	small := pick{ceiling: 0, cost: usual, now: -1}
	hidden := pick{ceiling: -1, cost: usual, now: 2}
	lowered := pick{ceiling: 2, cost: usual, now: 0, stay: true}
	for _, test := range []struct {
		name   string
		budget int
		strict bool
		picks  []pick
		want   []int
		need   int
	}{
		{"all fits", 10e6, true, []pick{cam(-1), cam(-1)}, []int{2, 2}, 0},
		{"a way not tried yet gets the smallest of all", 100e3, false, []pick{cam(-1), cam(-1)}, []int{0, 0}, 747500},
		{"300 kbit/s: the signer has the frames, the other waits", 250e3, true, []pick{cam(-1), pinned(-1)}, []int{-1, 0}, 345e3},
		{"too narrow for any", 100e3, true, []pick{pinned(0)}, []int{-1}, 150e3},
		{"the pinned one grows first", 800e3, true, []pick{cam(0), pinned(0)}, []int{0, 1}, 1150e3},
		{"then the others by turns", 1500e3, true, []pick{cam(1), cam(1), pinned(1)}, []int{1, 1, 1}, 2255e3},
		{"not yet sent needs room to spare", 550e3, true, []pick{cam(0)}, []int{0}, 575e3},
		{"what is sent stays", 550e3, true, []pick{cam(1)}, []int{1}, 1955e3},
		{"a small tile takes the small layer", 10e6, true, []pick{small}, []int{0}, 0},
		{"what is not shown is not sent", 10e6, true, []pick{hidden, cam(0)}, []int{-1, 2}, 0},
		{"the screen before the cameras", 250e3, true, []pick{cam(0), shared}, []int{-1, 0}, 300e3},
		{"the signer before the screen", 250e3, true, []pick{shared, pinned(0)}, []int{-1, 0}, 300e3},
		{"what was lowered waits", 10e6, true, []pick{lowered}, []int{0}, 575e3},
		{"a gap among the layers", 10e6, true, []pick{{ceiling: 2, cost: [maxLayers]int{0, 500e3, 0}, now: -1}}, []int{1}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var picks []*pick
			for i := range test.picks {
				p := test.picks[i]
				picks = append(picks, &p)
			}
			need := allocate(test.budget, test.strict, picks)
			for i, p := range picks {
				if p.rank != test.want[i] {
					t.Errorf("picture %d: layer %d, not %d", i, p.rank, test.want[i])
				}
			}
			if need != test.need {
				t.Errorf("the next step needs %d, not %d", need, test.need)
			}
		})
	}
	screen := shared
	allocate(800e3, true, []*pick{&screen})
	if screen.bits != 800e3 {
		t.Errorf("the screen may take %d", screen.bits)
	}
}

// TestAllocationHolds: never above the budget where that is known, never a layer that is not there or not called for, and
// more budget never takes the pinned picture anything.
func TestAllocationHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var picks []*pick
		for range rapid.IntRange(0, 6).Draw(t, "pictures") {
			p := pick{
				ceiling: rapid.IntRange(-1, 2).Draw(t, "ceiling"), now: rapid.IntRange(-1, 2).Draw(t, "now"),
				screen: rapid.Bool().Draw(t, "screen"), pinned: rapid.Bool().Draw(t, "pinned"),
			}
			sum := 0
			for rank := range rapid.IntRange(1, 3).Draw(t, "layers") {
				sum += rapid.IntRange(50e3, 900e3).Draw(t, "cost")
				p.cost[rank] = sum
			}
			picks = append(picks, &p)
		}
		budget := rapid.IntRange(0, 5e6).Draw(t, "budget")
		run := func(budget int) (ranks []int, total, need int) {
			need = allocate(budget, true, picks)
			for _, p := range picks {
				ranks = append(ranks, p.rank)
				total += p.price(p.rank)
				if p.rank > p.ceiling || p.rank >= 0 && p.cost[p.rank] == 0 {
					t.Fatalf("layer %d of %+v", p.rank, *p)
				}
			}
			return ranks, total, need
		}
		ranks, total, need := run(budget)
		if total > budget {
			t.Fatalf("%d of %d bits: %v", total, budget, ranks)
		}
		if need != 0 && need <= budget {
			t.Fatalf("the next step needs %d, there are %d", need, budget)
		}
		more, _, _ := run(budget + 100e3)
		pinned := slices.IndexFunc(picks, func(p *pick) bool { return p.pinned })
		if pinned >= 0 && more[pinned] < ranks[pinned] {
			t.Fatalf("with more, the pinned one fell from %d to %d", ranks[pinned], more[pinned])
		}
	})
}

func TestTheLayerThatASizeCallsFor(t *testing.T) {
	all := [maxLayers][2]int{{320, 180}, {640, 360}, {1280, 720}}
	for _, test := range []struct {
		sizes         [maxLayers][2]int
		width, height int
		want          int
	}{
		{all, 0, 0, -1},
		{all, 160, 90, 0},
		{all, 400, 225, 0},
		{all, 640, 360, 1},
		{all, 1280, 720, 2},
		{all, 1280, 200, 0}, // it is fitted in: the height decides
		{[maxLayers][2]int{}, 160, 90, 2},
		{[maxLayers][2]int{{}, {}, {1280, 720}}, 300, 200, 0},
		{[maxLayers][2]int{{160, 120}}, 500, 400, 2},
		{[maxLayers][2]int{{180, 320}, {360, 640}, {720, 1280}}, 1280, 720, 1},
	} {
		if got := ceilingFor(test.sizes, test.width, test.height); got != test.want {
			t.Error(fmt.Sprint(test, " got ", got))
		}
	}
}
