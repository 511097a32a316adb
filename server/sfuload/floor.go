package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// The floor: a relay that takes the same packets, decrypts and encrypts them with SRTP AES-256-GCM and sends them on,
// with a socket and a goroutine a flow. It knows nothing and repairs nothing: no switch in Go with a socket per peer can do with much less.

// floorContext makes the keys of a flow; both ends make the same.
func floorContext(seed byte) (*srtp.Context, error) {
	key, salt := make([]byte, 32), make([]byte, 12)
	for i := range key {
		key[i] = seed + byte(i)
	}
	for i := range salt {
		salt[i] = seed ^ byte(i)
	}
	return srtp.CreateContext(key, salt, srtp.ProtectionProfileAeadAes256Gcm)
}

func listenLoopback() (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err == nil {
		_ = conn.SetReadBuffer(4 << 20)
		_ = conn.SetWriteBuffer(4 << 20)
	}
	return conn, err
}

func portOf(conn *net.UDPConn) int { return conn.LocalAddr().(*net.UDPAddr).Port }

func loopback(port int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))
}

// runRelay is the child process. targets are the receivers' ports: one a flow, or with fan all of the only flow. It says
// the ports on which it receives.
func runRelay(fan bool, targets []int) error {
	flows := make([][]int, 0, len(targets))
	if fan {
		flows = append(flows, targets)
	} else {
		for _, t := range targets {
			flows = append(flows, []int{t})
		}
	}
	var ports []string
	for _, to := range flows {
		up, err := listenLoopback()
		if err != nil {
			return err
		}
		ports = append(ports, strconv.Itoa(portOf(up)))
		in, err := floorContext(1)
		if err != nil {
			return err
		}
		var downs []*net.UDPConn
		var outs []*srtp.Context
		for i := range to {
			down, err := listenLoopback()
			if err != nil {
				return err
			}
			out, err := floorContext(byte(2 + i))
			if err != nil {
				return err
			}
			downs, outs = append(downs, down), append(outs, out)
		}
		go relay(up, in, downs, outs, to)
	}
	fmt.Println("ready", strings.Join(ports, ","))
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	return nil
}

func relay(up *net.UDPConn, in *srtp.Context, downs []*net.UDPConn, outs []*srtp.Context, to []int) {
	var h rtp.Header
	raw, plain, sealed := make([]byte, 1600), make([]byte, 1600), make([]byte, 1600)
	targets := make([]netip.AddrPort, len(to))
	for i, port := range to {
		targets[i] = loopback(port)
	}
	for {
		n, _, err := up.ReadFromUDPAddrPort(raw)
		if err != nil {
			return
		}
		packet, err := in.DecryptRTP(plain[:0], raw[:n], &h)
		if err != nil {
			continue
		}
		for i, out := range outs {
			if b, err := out.EncryptRTP(sealed[:0], packet, &h); err == nil {
				_, _ = downs[i].WriteToUDPAddrPort(b, targets[i])
			}
		}
	}
}

// floorLoad is a workload of the floor: so many flows of picture and sound, or one of picture to so many.
type floorLoad struct {
	flows int
	fan   bool
}

// measure runs it and gives CPU-milliseconds per 1,000 forwarded packets.
func (f floorLoad) measure(window time.Duration) (result, error) {
	var targets []string
	var receivers []*net.UDPConn
	var received, sent atomic.Int64
	var running sync.WaitGroup
	defer running.Wait()
	for range f.flows {
		conn, err := listenLoopback()
		if err != nil {
			return result{}, err
		}
		defer conn.Close()
		targets, receivers = append(targets, strconv.Itoa(portOf(conn))), append(receivers, conn)
	}
	for _, conn := range receivers {
		running.Go(func() {
			b := make([]byte, 1600)
			for {
				if _, _, err := conn.ReadFromUDPAddrPort(b); err != nil {
					return
				}
				received.Add(1)
			}
		})
	}
	c, err := begin("relay", fmt.Sprintf("-fan=%t", f.fan), strings.Join(targets, ","))
	if err != nil {
		return result{}, err
	}
	defer c.end()
	stop := make(chan struct{})
	defer close(stop)
	for i, port := range strings.Split(c.ready, ",") {
		to, err := strconv.Atoi(port)
		if err != nil {
			return result{}, err
		}
		conn, err := listenLoopback()
		if err != nil {
			return result{}, err
		}
		defer conn.Close()
		out, err := floorContext(1)
		if err != nil {
			return result{}, err
		}
		var mu sync.Mutex // guards out
		source := func(e encoding, ssrc uint32) {
			h := rtp.Header{Version: 2, SSRC: ssrc, PayloadType: 96}
			plain, sealed := make([]byte, e.size+12), make([]byte, 1600)
			next := time.Now().Add(rand.N(e.every))
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Until(next)):
				}
				next = next.Add(e.every)
				for k := range e.packets {
					h.SequenceNumber++
					h.Marker = k == e.packets-1
					_, _ = h.MarshalTo(plain)
					mu.Lock()
					b, err := out.EncryptRTP(sealed[:0], plain, nil)
					mu.Unlock()
					if err == nil {
						_, _ = conn.WriteToUDPAddrPort(b, loopback(to))
						sent.Add(1)
					}
				}
				h.Timestamp += e.ticks
			}
		}
		running.Go(func() { source(cameraEncoding, uint32(1000+i)) })
		if !f.fan {
			running.Go(func() { source(soundEncoding, uint32(5000+i)) })
		}
	}
	time.Sleep(1500 * time.Millisecond)
	from, got, wrote, begun := usageOf(c.cmd.Process.Pid), received.Load(), sent.Load(), time.Now()
	time.Sleep(window)
	used, packets := usageOf(c.cmd.Process.Pid).cpu-from.cpu, received.Load()-got
	expected := sent.Load() - wrote
	if f.fan {
		expected *= int64(f.flows)
	}
	return result{
		forwarded: float64(packets) / time.Since(begun).Seconds(), cost: costOf(used, packets),
		loss: 1 - float64(packets)/float64(max(expected, 1)),
	}, nil
}

// costOf is CPU-milliseconds per 1,000 packets, which is microseconds a packet.
func costOf(used time.Duration, packets int64) float64 {
	return float64(used.Microseconds()) / float64(max(packets, 1))
}
