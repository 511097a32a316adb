package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is a process that is measured: the switch, the floor's relay, or the whole program.
type child struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
	ready string // what it said first
}

// begin starts this program again with other arguments and waits for its first line.
func begin(args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self, args...)}
	c.cmd.Stderr = os.Stderr
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	line, err := c.out.ReadString('\n')
	if err != nil {
		c.end()
		return nil, fmt.Errorf("%s: %w", args[0], err)
	}
	c.ready = strings.TrimSpace(strings.TrimPrefix(line, "ready"))
	return c, nil
}

// ask says a line and gives what the child answers: a number.
func (c *child) ask() int64 {
	_, _ = fmt.Fprintln(c.stdin)
	line, _ := c.out.ReadString('\n')
	n, _ := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	return n
}

// end closes the child's input, which is the word to end, and does not wait for ever.
func (c *child) end() {
	_ = c.stdin.Close()
	slow := time.AfterFunc(10*time.Second, func() { _ = c.cmd.Process.Kill() })
	defer slow.Stop()
	_ = c.cmd.Wait()
}

// usage is what a process has used up so far.
type usage struct {
	cpu    time.Duration // of all its threads, as the scheduler counts it
	memory int64         // resident bytes
}

func usageOf(pid int) (u usage) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, path := range threads {
		text, _ := os.ReadFile(path) // a thread may end meanwhile
		if fields := strings.Fields(string(text)); len(fields) > 0 {
			ns, _ := strconv.ParseInt(fields[0], 10, 64)
			u.cpu += time.Duration(ns)
		}
	}
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			u.memory = kilobytes << 10
		}
	}
	return u
}

// busy is the time that all processors of the machine worked.
func busy() time.Duration {
	text, _ := os.ReadFile("/proc/stat")
	first, _, _ := strings.Cut(string(text), "\n")
	var sum time.Duration
	for i, value := range strings.Fields(first) {
		if ticks, err := strconv.ParseInt(value, 10, 64); err == nil && i != 4 && i != 5 && i <= 8 { // not idle, not waiting
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}

// profile writes a processor profile of what follows to a file, until the process ends, and one of the memory then beside
// it; none if path is empty.
func profile(path string) {
	if path == "" {
		return
	}
	f, err := os.Create(path)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	stopProfile = func() {
		pprof.StopCPUProfile()
		_ = f.Close()
		if f, err = os.Create(path + ".heap"); err == nil {
			_ = pprof.WriteHeapProfile(f)
			_ = f.Close()
		}
	}
}

var stopProfile = func() {}
