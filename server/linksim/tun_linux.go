package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// openTUN makes a network device whose packets are read and written as a file. It stays ours in any namespace.
func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun (root only): %w", err)
	}
	req, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	req.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, req); err != nil {
		return nil, fmt.Errorf("make device %s: %w", name, err)
	}
	if err := unix.SetNonblock(fd, true); err != nil { // else reading would hold a thread, and closing would not end it
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// passage carries connections from addresses inside of the namespace through the link.
type passage struct {
	mu   sync.Mutex // guards open
	open map[net.Conn]struct{}
}

// listen passes what comes to an address inside on to target.
func (p *passage) listen(namespace, address, target string) error {
	failed := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // for good: the thread is in another namespace, and ends with the goroutine
		listener, err := listenInside(namespace, address)
		failed <- err
		if err != nil {
			return
		}
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target) // made by this thread, so it begins inside
			if err != nil {
				_ = conn.Close()
				continue
			}
			go p.carry(conn, out)
			go p.carry(out, conn)
		}
	}()
	return <-failed
}

func (p *passage) carry(from, to net.Conn) {
	p.mu.Lock()
	p.open[from] = struct{}{}
	p.mu.Unlock()
	_, _ = io.Copy(to, from)
	_ = from.Close()
	_ = to.Close()
	p.mu.Lock()
	delete(p.open, from)
	p.mu.Unlock()
}

// cut closes all connections, as a browser does with its own when the network changes.
func (p *passage) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
}

func listenInside(namespace, address string) (net.Listener, error) {
	ns, err := os.Open("/run/netns/" + namespace)
	if err != nil {
		return nil, err
	}
	defer ns.Close()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("enter namespace %s: %w", namespace, err)
	}
	return net.Listen("tcp4", address)
}
