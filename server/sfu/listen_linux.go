package sfu

import (
	"context"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// listenShared opens n sockets on one UDP port. The kernel gives all packets of one sender to the same.
func listenShared(at *net.UDPAddr, n int) ([]*net.UDPConn, error) {
	if n == 1 {
		conn, err := net.ListenUDP(networkOf(at), at)
		return []*net.UDPConn{conn}, err
	}
	var conns []*net.UDPConn
	cfg := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) (err error) {
		outer := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) })
		if outer != nil {
			return outer
		}
		return err
	}}
	for range n {
		conn, err := cfg.ListenPacket(context.Background(), networkOf(at), at.String())
		if err != nil {
			for _, c := range conns {
				_ = c.Close()
			}
			return nil, err
		}
		conns = append(conns, conn.(*net.UDPConn))
	}
	return conns, nil
}
