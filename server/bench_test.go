//go:build bench

// The bench prints one table of what is promised of speed, what was measured, and whether it was reached. It starts the
// program as a process of its own and talks to it through sockets only. It fails when a measurement can't be made, not
// when a figure is missed: figures depend on the machine, and on what else runs there.
package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// result is one line of the table.
type result struct {
	What    string   `json:"what"`
	Reach   string   `json:"reach"`
	Got     string   `json:"got"`
	Reached bool     `json:"reached"`
	Notes   []string `json:"notes,omitempty"` // below the table: how it was measured, what the figure is made of
}

// TestBench runs `make bench`: the browsers have left their lines in the file $BENCH_ROWS, the others are measured here.
func TestBench(t *testing.T) {
	rows := browserRows(t)
	dir := t.TempDir()
	for _, measure := range []struct {
		name string
		run  func(*testing.T, string) []result
	}{{"draws", benchDraws}, {"ready", benchReady}, {"waiting", benchWaiting}, {"crowd", benchCrowd}} {
		// A test of its own each: its sockets and its program end with it.
		t.Run(measure.name, func(t *testing.T) { rows = append(rows, measure.run(t, dir)...) })
	}
	printTable(os.Stdout, rows)
}

func browserRows(t *testing.T) []result {
	name := os.Getenv("BENCH_ROWS")
	if name == "" {
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows []result
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func printTable(w io.Writer, rows []result) {
	head := [4]string{"what", "reach", "got", "reached"}
	var cells [][4]string
	width := [4]int{}
	for _, r := range rows {
		yes := "yes"
		if !r.Reached {
			yes = "not reached"
		}
		cells = append(cells, [4]string{r.What, r.Reach, r.Got, yes})
	}
	for _, line := range append(slices.Clone(cells), head) {
		for i, c := range line {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	line := func(c [4]string) {
		var b strings.Builder
		for i, text := range c {
			b.WriteString("| " + text + strings.Repeat(" ", width[i]-utf8.RuneCountInString(text)) + " ")
		}
		fmt.Fprintln(w, b.String()+"|")
	}
	fmt.Fprintln(w)
	line(head)
	line([4]string{strings.Repeat("-", width[0]), strings.Repeat("-", width[1]), strings.Repeat("-", width[2]), strings.Repeat("-", width[3])})
	for _, c := range cells {
		line(c)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, machine())
	for _, r := range rows {
		for _, n := range r.Notes {
			fmt.Fprintf(w, "%s: %s\n", r.What, n)
		}
	}
	fmt.Fprintln(w)
}

// percentile of durations, 0 to 100; 100 is the greatest.
func percentile(of []time.Duration, p float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(int(p/100*float64(len(sorted))), len(sorted)-1)]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// benchReady measures the time from the start of the process to the first "ready" of /readyz, on the database that the
// draws have left.
func benchReady(t *testing.T, dir string) []result {
	const starts = 10
	database := filepath.Join(dir, "draws.db")
	var took []time.Duration
	for range starts {
		p := startProgram(t, database)
		took = append(took, p.ready)
		p.stop(t)
	}
	size := int64(0)
	if info, err := os.Stat(database); err == nil {
		size = info.Size()
	}
	slowest, middle := percentile(took, 100), percentile(took, 50)
	return []result{{
		What: "start to ready, existing database", Reach: "<= 300 ms", Reached: slowest <= 300*time.Millisecond,
		Got:   fmt.Sprintf("%s, slowest of %d %s", ms(middle), starts, ms(slowest)),
		Notes: []string{fmt.Sprintf("from the start of the process to 200 from /readyz, asked every 2 ms; database of %d MB", size>>20)},
	}}
}
