package sfu

import (
	"net"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// whole is the packet path with everything that a packet meets: decrypting, caching, rewriting, encrypting, a real socket.
type whole struct {
	loop
	client *srtp.Context
	way    *path
	buf    []byte
}

func newWhole(t testing.TB, receivers int) *whole {
	t.Helper()
	w := &whole{loop: *newLoop(receivers, false)}
	secret := &srtp.Config{Profile: srtp.ProtectionProfileAeadAes256Gcm}
	secret.Keys.LocalMasterKey, secret.Keys.LocalMasterSalt = make([]byte, 32), make([]byte, 12)
	secret.Keys.RemoteMasterKey, secret.Keys.RemoteMasterSalt = make([]byte, 32), make([]byte, 12)
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	check(t, err)
	t.Cleanup(func() { _ = socket.Close() })
	at := &port{sockets: []*net.UDPConn{socket}}
	w.way = newPath(w.stream.peer, at)
	w.way.secret.Store(secret)
	w.way.in.streams[7] = w.stream
	w.client, err = srtp.CreateContext(secret.Keys.RemoteMasterKey, secret.Keys.RemoteMasterSalt, secret.Profile)
	check(t, err)
	to := &exit{udp: socket, to: canonical(socket.LocalAddr().(*net.UDPAddr).AddrPort())}
	for _, d := range w.downs {
		d.outlet.path = newPath(d.peer, at)
		d.outlet.path.secret.Store(secret)
		d.outlet.path.exit.Store(to)
		d.writer = &d.outlet
	}
	w.packet(true, true, 1) // the publisher's key frame, so that all begin; and the raw packet that is sent again and again
	w.packet(false, true, 2)
	return w
}

// send takes the next packet as it comes from the network.
func (w *whole) send() {
	w.raw[2], w.raw[3] = byte(w.seq>>8), byte(w.seq)
	w.raw[17], w.raw[18] = byte(w.seq>>8), byte(w.seq)
	w.seq++
	var err error
	if w.buf, err = w.client.EncryptRTP(w.buf, w.raw, &w.header); err == nil {
		w.way.take(w.buf)
	}
}

func TestAPacketCostsNoAllocationFromSocketToSocket(t *testing.T) {
	for _, receivers := range []int{1, 10} {
		w := newWhole(t, receivers)
		for range 2 * cacheMax { // let the cache grow
			w.send()
		}
		for _, d := range w.downs {
			d.munger.current().idOff = 5 // rewriting copies; that too must not allocate
		}
		w.send()
		w.stream.peer.twcc.BuildFeedbackPacket()
		before := w.downs[receivers-1].peer.stats.packetsOut.Load()
		if n := testing.AllocsPerRun(500, w.send); n != 0 {
			t.Errorf("%v allocations per packet to %d receivers", n, receivers)
		}
		if got := w.downs[receivers-1].peer.stats.packetsOut.Load() - before; got != 501 {
			t.Errorf("%d packets went out", got)
		}
	}
}

// waited is how long goroutines of this process have waited for a lock so far.
func waited() time.Duration {
	sample := []metrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	metrics.Read(sample)
	return time.Duration(sample[0].Value.Float64() * float64(time.Second))
}

// TestRoomsShareNoLock: senders who forward at once, each to receivers of its own, do not wait for each other, as they
// do when the same work is done under one lock. The measure has the runtime's own locks in it.
func TestRoomsShareNoLock(t *testing.T) {
	const senders, packets = 4, 4000
	measure := func(shared *sync.Mutex) time.Duration {
		all := make([]*loop, senders)
		for i := range all {
			all[i] = newLoop(10, false)
			all[i].packet(true, true, 1)
			all[i].packet(false, true, 2)
		}
		before := waited()
		var running sync.WaitGroup
		for _, l := range all {
			running.Go(func() {
				for range packets {
					if shared != nil {
						shared.Lock()
					}
					l.next()
					runtime.Gosched()
					if shared != nil {
						shared.Unlock()
					}
				}
			})
		}
		running.Wait()
		return waited() - before
	}
	alone := measure(nil)
	if together := measure(new(sync.Mutex)); alone > together/4 {
		t.Errorf("waited %v for locks; %v when there is one for all", alone, together)
	}
}

func BenchmarkSocketToSocket(b *testing.B) {
	w := newWhole(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		w.send()
	}
}

// BenchmarkEncrypt is what of it only the encryption and the system call take.
func BenchmarkEncrypt(b *testing.B) {
	w := newWhole(b, 1)
	d := w.downs[0]
	h := rtp.Header{Version: 2, PayloadType: 96, SSRC: 9}
	payload := make([]byte, 1100)
	for b.Loop() {
		h.SequenceNumber++
		_, _ = d.outlet.WriteRTP(&h, payload)
	}
}
