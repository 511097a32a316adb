//go:build !linux

package sfu

import "net"

// listenShared opens one socket: elsewhere the kernel does not deal packets out by their sender.
func listenShared(at *net.UDPAddr, _ int) ([]*net.UDPConn, error) {
	conn, err := net.ListenUDP(networkOf(at), at)
	return []*net.UDPConn{conn}, err
}
