package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"schalter/server/store"
)

// buildDir is where binary puts the program; TestMain removes it.
var buildDir string

// binary builds the program, once.
var binary = sync.OnceValues(func() (string, error) {
	var err error
	if buildDir, err = os.MkdirTemp("", "schalter-test-"); err != nil {
		return "", err
	}
	path := filepath.Join(buildDir, "schalter")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// command runs the program to its end and returns what it says, on both outputs.
func command(t testing.TB, stdin string, args ...string) (out string, code int) {
	t.Helper()
	bin, err := binary()
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Env, cmd.Stdin = cleanEnvironment(), strings.NewReader(stdin)
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// cleanEnvironment is ours without what would configure the program.
func cleanEnvironment() (out []string) {
	for _, line := range os.Environ() {
		if !strings.HasPrefix(line, "SCHALTER_") {
			out = append(out, line)
		}
	}
	return out
}

// child is the program as a process of its own.
type child struct {
	address
	cmd  *exec.Cmd
	logs *logBuffer
	read chan struct{} // closed when its standard error has ended
}

// bear starts `schalter serve` on a database and waits until it is ready.
func bear(t testing.TB, database string, args ...string) *child {
	t.Helper()
	bin, err := binary()
	must(t, err)
	c := &child{logs: &logBuffer{}, read: make(chan struct{})}
	c.cmd = exec.Command(bin, append([]string{"serve", "--listen=127.0.0.1:0", "--public-url=http://localhost:0", "--console-url=http://console.localhost:0",
		"--media-listen=127.0.0.1:0", "--turn-listen=", "--media-address=127.0.0.1", "--metrics-listen=", "--database=" + database}, args...)...)
	c.cmd.Env = cleanEnvironment()
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := c.cmd.StderrPipe()
	must(t, err)
	must(t, c.cmd.Start())
	ready := make(chan string, 1)
	go func() {
		defer close(c.read)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			if _, rest, ok := strings.Cut(lines.Text(), "msg=ready listen="); ok {
				listen, _, _ := strings.Cut(rest, " ")
				ready <- listen
			}
			fmt.Fprintln(c.logs, lines.Text())
		}
	}()
	t.Cleanup(func() { c.kill() })
	select {
	case listen := <-ready:
		c.address = addressOf(t, listen)
	case <-c.read:
		_ = c.cmd.Wait()
		t.Fatalf("the program ended before it was ready (is the widget built? node widget/build.mjs):\n%s", c.logs)
	}
	return c
}

// kill ends the process as a power loss would.
func (c *child) kill() {
	if c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		<-c.read
		_ = c.cmd.Wait()
	}
}

// wait waits for the process to end by itself and returns its exit code.
func (c *child) wait() int {
	<-c.read
	_ = c.cmd.Wait()
	return c.cmd.ProcessState.ExitCode()
}

// filled makes a database with the tests' authorities, for a program of its own.
func filled(t testing.TB, crowd ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "schalter.db")
	st, err := store.Open(t.Context(), store.Config{DSN: path, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	fill(t, st, crowd...)
	must(t, st.Close())
	return path
}

// movedTo is the same browser after the program has started again on another port.
func (p *person) movedTo(at address) *person {
	again := p.also(p.t)
	again.at = at
	if p.origin == p.at.console {
		again.origin = at.console
	} else {
		again.origin = at.public
	}
	return again
}
