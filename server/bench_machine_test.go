//go:build bench

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// machine says on what the figures were measured.
func machine() string {
	model := "unknown processor"
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	text, _ = os.ReadFile("/proc/meminfo")
	return fmt.Sprintf("Machine: %d cores (%s), %d MB, Linux %s, %s. The program, what drives it and the browsers share them.",
		runtime.NumCPU(), model, field(text, "MemTotal:")>>10, strings.TrimSpace(string(kernel)), runtime.Version())
}

// field is the number after a name at the beginning of a line.
func field(text []byte, name string) int64 {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			n, _ := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			return n
		}
	}
	return 0
}

// ticks is time of processors in hundredths of a second.
type ticks int64

// watcher tells the load of others on this machine from our own.
type watcher struct {
	total, busy, self ticks
	programs          map[*program]ticks
}

func watchMachine(programs ...*program) *watcher {
	w := &watcher{programs: map[*program]ticks{}}
	for _, p := range programs {
		w.programs[p] = spent(p.cmd.Process.Pid) // what it did before does not count
	}
	w.total, w.busy = processors()
	w.self = spent(os.Getpid())
	return w
}

// shares are the parts of the machine's time that our programs, the bench and all others took since watchMachine. A
// program that has ended counts as others'.
func (w *watcher) shares() (programs, self, others float64) {
	total, busy := processors()
	whole := float64(max(total-w.total, 1))
	for p, before := range w.programs {
		programs += float64(spent(p.cmd.Process.Pid)-before) / whole
	}
	self = float64(spent(os.Getpid())-w.self) / whole
	return programs, self, max(float64(busy-w.busy)/whole-programs-self, 0)
}

func (w *watcher) load() string {
	programs, self, others := w.shares()
	return fmt.Sprintf("processors: %.0f %% the program, %.0f %% the bench, %.0f %% others", 100*programs, 100*self, 100*others)
}

func processors() (total, busy ticks) {
	text, _ := os.ReadFile("/proc/stat")
	first, _, _ := strings.Cut(string(text), "\n")
	for i, value := range strings.Fields(first)[1:] {
		n, _ := strconv.ParseInt(value, 10, 64)
		if i >= 8 { // guests are counted in user time
			break
		}
		total += ticks(n)
		if i != 3 && i != 4 { // idle, waiting for the disk
			busy += ticks(n)
		}
	}
	return total, busy
}

// spent is the time of a process; 0 if it has ended.
func spent(pid int) ticks {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, ok := strings.Cut(string(text), ") ") // the name may hold spaces
	fields := strings.Fields(rest)
	if !ok || len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return ticks(user + system)
}
