package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// row is a line of the table: a workload on a target, and the figures that it should reach.
type row struct {
	name    string
	load    workload
	perPeer bool
	program bool   // the whole product, not the switch alone
	floor   string // which floor its cost is laid beside; empty: none

	reach, stretch float64 // times the floor; 0: no figure was set
	memory         float64 // MB, to reach
	joins          [2]float64
	late           float64 // p99 of latency, ms
	whole          bool    // no loss allowed

	got []result
}

// A socket per peer is the cheaper mode; with a port per core 0.3 floors more are allowed in A.
func rows() []*row {
	visits := func(n int) workload {
		return workload{rooms: n, senders: 2, sound: true, camera: []encoding{cameraEncoding}}
	}
	fours := workload{rooms: 10, senders: 4, sound: true, camera: []encoding{cameraEncoding}}
	fan := func(n int) workload {
		return workload{rooms: 1, senders: 1, receivers: n, camera: []encoding{cameraEncoding}}
	}
	bad := visits(10)
	bad.bad = true
	layers := workload{rooms: 4, senders: 1, receivers: 6, camera: simulcast, sound: true, widths: []int{1280, 640, 160}}
	joins := [2]float64{20, 35}
	return []*row{
		{name: "A25", load: visits(25), floor: "A25", reach: 2.7, stretch: 2.5, memory: 2.0, joins: joins, whole: true},
		{name: "A25-socket", load: visits(25), perPeer: true, floor: "A25", reach: 2.4, stretch: 2.2, memory: 2.0, joins: joins, whole: true},
		{name: "A50", load: visits(50), floor: "A50", reach: 2.7, stretch: 2.4, late: 0.9, whole: true},
		{name: "A50-socket", load: visits(50), perPeer: true, floor: "A50", reach: 2.4, stretch: 2.1, late: 0.9, whole: true},
		{name: "A4", load: fours, floor: "A25", reach: 1.3, stretch: 1.15, whole: true},
		{name: "A4-socket", load: fours, perPeer: true, floor: "A25", reach: 1.3, stretch: 1.15, whole: true},
		{name: "A25-program", load: visits(25), program: true, floor: "A25", reach: 2.7, stretch: 2.5, whole: true},
		{name: "B50", load: fan(50), floor: "B100", whole: true},
		{name: "B100", load: fan(100), floor: "B100", reach: 1.9, stretch: 1.7, whole: true},
		{name: "B100-socket", load: fan(100), perPeer: true, floor: "B100", reach: 1.9, stretch: 1.7, whole: true},
		{name: "B200", load: fan(200), floor: "B100", whole: true},
		{name: "C", load: bad},
		{name: "D", load: layers, whole: true},
	}
}

var floors = map[string]floorLoad{"A25": {flows: 50}, "A50": {flows: 100}, "B100": {flows: 100, fan: true}}

// table runs all rows, each beside its floor, and prints them.
func table(rounds int, long bool, only string) error {
	t := timing{joins: 20, settle: 1500 * time.Millisecond, window: 5 * time.Second}
	if long {
		t = timing{joins: 10, settle: 5 * time.Second, window: 15 * time.Second}
	}
	list := rows()
	if only != "" {
		list = slices.DeleteFunc(list, func(r *row) bool { return !slices.Contains(strings.Split(only, ","), r.name) })
	}
	measured := make(map[string][]float64) // of the floors
	for round := range rounds {
		before := ""
		for _, r := range list {
			if r.floor != "" && r.floor != before { // beside the rows that are laid against it
				f, err := floors[r.floor].measure(t.window)
				if err != nil {
					return fmt.Errorf("floor %s: %w", r.floor, err)
				}
				measured[r.floor] = append(measured[r.floor], f.cost)
				before = r.floor
				log.Printf("round %d  floor %-11s %6.0f packets/s  %5.2f ms per 1,000", round+1, r.floor, f.forwarded, f.cost)
			}
			start := func() (target, error) { return switchAlone(r.perPeer) }
			if r.program {
				start = func() (target, error) { return wholeProgram(r.load.rooms) }
			}
			to, err := start()
			if err != nil {
				return err
			}
			got, err := r.load.run(to, t)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			r.got = append(r.got, got)
			log.Printf("round %d  %-17s %6.0f packets/s  %5.2f ms per 1,000  others used %.2f processors, the generator %.2f",
				round+1, r.name, got.forwarded, got.cost, got.others, got.own)
		}
	}
	show(list, measured)
	return nil
}

// show prints the table. A missed figure is marked and fails nothing: it depends on the machine and what else it does.
func show(list []*row, floors map[string][]float64) {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("\n%d processors, %s, load %s; %s.\n", runtime.NumCPU(), runtime.Version(), strings.Join(strings.Fields(string(load))[:3], " "), hurry())
	fmt.Println("cost: CPU-ms per 1,000 forwarded packets. floor: SRTP decrypt, encrypt and UDP, a socket a flow. Latency: of pictures, from")
	fmt.Println("sender to receiver, both in the generator. -socket: a socket a peer, else one a core.\n-program: the whole product, with tickets. (!) misses what is to be reached.")
	fmt.Printf("\n%-12s %9s %8s  %-18s %6s %6s  %-22s %-14s %-18s %s\n",
		"workload", "packets/s", "loss %", "latency 50/95/99", "cost", "floor", "x floor (reach/str.)", "MB (reach)", "join 50/95 (reach)", "locks ms/s")
	missed := 0
	for _, r := range list {
		pick := func(f func(result) float64) float64 {
			var values []float64
			for _, g := range r.got {
				values = append(values, f(g))
			}
			return median(values)
		}
		mark := func(bad bool) string {
			if bad {
				missed++
				return "!"
			}
			return ""
		}
		loss, late := pick(func(g result) float64 { return g.loss }), pick(func(g result) float64 { return g.latency[2] })
		cost, memory := pick(func(g result) float64 { return g.cost }), pick(func(g result) float64 { return g.memory })
		p50, p95 := pick(func(g result) float64 { return g.joins[0] }), pick(func(g result) float64 { return g.joins[1] })
		silent := pick(func(g result) float64 { return float64(g.silent) })
		floor, ratio := "", ""
		if r.floor != "" {
			f := median(floors[r.floor])
			floor, ratio = fmt.Sprintf("%.2f", f), fmt.Sprintf("%.2f", cost/f)
			if r.reach > 0 {
				ratio += fmt.Sprintf("%s (%.2f/%.2f)", mark(cost/f > r.reach), r.reach, r.stretch)
			}
		}
		inMemory := fmt.Sprintf("%.2f", memory)
		if r.memory > 0 {
			inMemory += fmt.Sprintf("%s (%.1f)", mark(memory > r.memory), r.memory)
		}
		joins := fmt.Sprintf("%.0f/%.0f", p50, p95)
		if r.joins[0] > 0 {
			joins += fmt.Sprintf("%s (%.0f/%.0f)", mark(p50 > r.joins[0] || p95 > r.joins[1]), r.joins[0], r.joins[1])
		}
		latency := fmt.Sprintf("%.2f/%.2f/%.2f%s", pick(func(g result) float64 { return g.latency[0] }), pick(func(g result) float64 { return g.latency[1] }), late,
			mark(r.late > 0 && late > r.late))
		fmt.Printf("%-12s %9.0f %7.3f%s  %-18s %6.2f %6s  %-22s %-14s %-18s %6.2f\n", r.name, pick(func(g result) float64 { return g.forwarded }),
			100*loss, mark(r.whole && loss > 0), latency, cost, floor, ratio, inMemory, joins, pick(func(g result) float64 { return g.waits }))
		if s := pick(func(g result) float64 { return g.soundLoss }); s > 0 {
			fmt.Printf("             of the sound %.3f %% was lost%s: it is not repaired\n", 100*s, mark(r.whole))
		}
		if silent > 0 {
			fmt.Printf("             %.0f lines stayed silent\n", silent)
		}
		if len(r.load.camera) > 1 {
			fmt.Printf("             packets by layer, lowest first: %v\n", r.got[len(r.got)-1].layers)
		}
	}
	fmt.Printf("\n%d figures missed. MB: of the switch, a room; in B and D a receiver.\n", missed)
}
