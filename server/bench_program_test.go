//go:build bench

package main_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// program is the built server as a process of its own, on free ports of the loopback.
type program struct {
	cmd     *exec.Cmd
	address string // host:port of HTTP
	public  string // origins
	console string
	metrics string
	ready   time.Duration // from the start of the process to 200 from /readyz
	ended   chan struct{}
}

// startProgram starts bin/schalter, or $BENCH_PROGRAM, and waits until it is ready. Its log goes to a file: a pipe would
// cost the one who reads it.
func startProgram(t *testing.T, database string, more ...string) *program {
	t.Helper()
	return startAt(t, database, "127.0.0.1:"+freePort(t), append(more, "--unlimited")...)
}

// startLimited starts it with its rate limits on, at an address or, if that is empty, at a free one.
func startLimited(t *testing.T, database, address string) *program {
	t.Helper()
	if address == "" {
		address = "127.0.0.1:" + freePort(t)
	}
	return startAt(t, database, address)
}

func startAt(t *testing.T, database, address string, more ...string) *program {
	t.Helper()
	binary := os.Getenv("BENCH_PROGRAM")
	if binary == "" {
		binary = filepath.Join("..", "bin", "schalter")
	}
	_, port, _ := net.SplitHostPort(address)
	health := freePort(t)
	p := &program{
		address: address, public: "http://localhost:" + port, console: "http://console.localhost:" + port,
		metrics: "http://127.0.0.1:" + health, ended: make(chan struct{}),
	}
	log, err := os.OpenFile(database+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p.cmd = exec.Command(binary, append([]string{
		"serve", "--listen=" + p.address, "--public-url=" + p.public, "--console-url=" + p.console, "--database=" + database,
		"--media-listen=127.0.0.1:0", "--turn-listen=", "--metrics-listen=127.0.0.1:" + health,
	}, more...)...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // how it ended does not matter: what it has said and stored does
	}()
	t.Cleanup(p.kill)
	client := http.Client{Timeout: time.Second}
	for time.Since(begun) < 20*time.Second {
		if answer, err := client.Get(p.metrics + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				p.ready = time.Since(begun)
				client.CloseIdleConnections()
				return p
			}
		}
		select {
		case <-p.ended:
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("the program ended: %s", text)
		case <-time.After(2 * time.Millisecond):
		}
	}
	t.Fatal("the program is not ready after 20 s")
	return nil
}

// stop ends the program as an operator does, and waits.
func (p *program) stop(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the program does not end")
	}
}

// kill ends the program in the midst of whatever it does.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// memory is what the process occupies at the moment, and at most so far, in bytes.
func (p *program) memory(t *testing.T) (now, most int64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	now, most = field(text, "VmRSS:"), field(text, "VmHWM:")
	return now << 10, most << 10
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}
