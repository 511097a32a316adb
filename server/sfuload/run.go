package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/pion/transport/v4"
)

// workload is what the peers of a run do.
type workload struct {
	name      string
	rooms     int
	senders   int // in each room; they receive each other
	receivers int // in each room; they only receive
	sound     bool
	camera    []encoding
	bad       bool  // 2 % loss and 20 ms each way
	widths    []int // at which the receivers show the sender, in turn; none: as large as it comes
}

// result is what a run gave.
type result struct {
	forwarded float64    // packets a second
	loss      float64    // share of the pictures' packets that never came
	soundLoss float64    // and of the sound's, which is not repaired
	latency   [3]float64 // of pictures, p50, p95, p99, ms
	cost      float64    // CPU-milliseconds per 1,000 packets
	memory    float64    // MB a room, or in a fan-out MB a receiver
	joins     [2]float64 // p50, p95, ms
	layers    [3]int64   // packets of each layer of simulcast
	others    float64    // processors that others on the machine used
	own       float64    // processors that the generator used
	waits     float64    // ms a second that goroutines of the switch waited for locks
	silent    int        // lines on which nothing came
}

const (
	badLoss  = 0.02
	badDelay = 20 * time.Millisecond
)

// timing is how long a run takes.
type timing struct {
	joins  float64 // a second
	settle time.Duration
	window time.Duration
}

// target is where the peers go: the switch alone, or the whole program.
type target struct {
	pid  int
	open func(room, participant int) (signalling, error)
	end  func()
	// waited is for how many ns its goroutines have waited for locks; nil: it does not say.
	waited func() int64
}

// switchAlone starts a switch in a child process.
func switchAlone(perPeer bool) (target, error) {
	c, err := begin("switch", fmt.Sprintf("-socket-per-peer=%t", perPeer))
	if err != nil {
		return target{}, err
	}
	return target{
		pid: c.cmd.Process.Pid, end: c.end, waited: c.ask,
		open: func(room, participant int) (signalling, error) {
			return dial(c.ready, fmt.Sprintf("room-%d", room), participantName(participant))
		},
	}, nil
}

func participantName(i int) string { return fmt.Sprintf("p%d", i) }

// run drives a workload against a target that was just started.
func (w workload) run(to target, t timing) (out result, err error) {
	defer to.end()
	counts := &tally{}
	var network transport.Net
	if w.bad {
		if network, err = newLink(badLoss, badDelay); err != nil {
			return out, err
		}
	}
	api, err := newAPI(network)
	if err != nil {
		return out, err
	}
	memory := usageOf(to.pid).memory
	var mu sync.Mutex
	var peers, late []*peer
	var failed error
	defer func() {
		var closing sync.WaitGroup
		for _, p := range peers {
			closing.Go(p.close)
		}
		closing.Wait()
	}()
	wave := func(participant int, r role, isLate bool) {
		var joining sync.WaitGroup
		if failed != nil {
			return
		}
		for room := range w.rooms {
			joining.Go(func() {
				p, err := join(api, counts, r, func() (signalling, error) { return to.open(room, participant) })
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed = cmp.Or(failed, err)
					return
				}
				peers = append(peers, p)
				if isLate {
					late = append(late, p)
				}
			})
			time.Sleep(time.Duration(float64(time.Second) / t.joins))
		}
		joining.Wait()
	}
	kinds := 1
	if w.sound {
		kinds = 2
	}
	for i := range w.senders {
		wave(i, role{sound: w.sound, camera: w.camera, seats: w.senders - 1, expects: (w.senders - 1) * kinds}, i > 0)
	}
	for i := range w.receivers {
		r := role{seats: w.senders, expects: w.senders * kinds}
		if len(w.widths) > 0 {
			r.width = w.widths[i%len(w.widths)]
		}
		wave(w.senders+i, r, true)
	}
	if failed != nil {
		return out, failed
	}
	deadline := time.After(20 * time.Second)
	for _, p := range peers {
		select {
		case <-p.flows:
		case <-deadline:
			return out, fmt.Errorf("%s: media did not come within 20 s of joining", w.name)
		}
	}
	time.Sleep(t.settle)
	if len(w.camera) > 1 {
		time.Sleep(5 * time.Second) // what the ways carry is being found out
	}
	runtime.GC() // the generator's own collections would show as the switch's latency
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	if to.waited != nil {
		out.waits = -float64(to.waited())
	}
	counts.stage.Store(int32(measuring))
	from, begun, machine, self := usageOf(to.pid), time.Now(), busy(), ownTime()
	time.Sleep(t.window)
	until, took := usageOf(to.pid), time.Since(begun)
	if to.waited != nil {
		out.waits = (out.waits + float64(to.waited())) / 1e6 / took.Seconds()
	}
	machineUsed, selfUsed := busy()-machine, ownTime()-self
	if w.bad { // what is on its way to be repaired
		counts.until.Store(begun.Add(took).UnixNano())
		time.Sleep(1500 * time.Millisecond)
	}
	counts.stage.Store(int32(after))

	out.account(peers)
	packets := counts.received.Load()
	out.forwarded = float64(packets) / took.Seconds()
	out.cost = costOf(until.cpu-from.cpu, packets)
	out.latency = [3]float64{counts.picture.quantile(0.5), counts.picture.quantile(0.95), counts.picture.quantile(0.99)}
	out.own = selfUsed.Seconds() / took.Seconds()
	out.others = max(0, (machineUsed-selfUsed-(until.cpu-from.cpu)).Seconds()/took.Seconds())
	share := w.rooms
	if w.receivers > 0 {
		share = w.rooms * w.receivers
	}
	out.memory = float64(until.memory-memory) / float64(share) / 1e6
	var joins []float64
	for _, p := range late {
		p.mu.Lock()
		if len(p.first) > 0 {
			joins = append(joins, float64(p.first[0].Microseconds())/1e3)
		}
		p.mu.Unlock()
	}
	out.joins = [2]float64{quantile(joins, 0.5), quantile(joins, 0.95)}
	return out, nil
}

// account adds up what came on all lines.
func (r *result) account(peers []*peer) {
	var lost, total [2]int64 // sound, pictures
	for _, p := range peers {
		p.mu.Lock()
		for _, l := range p.heard {
			if l.count == 0 {
				r.silent++
			}
			l.settle()
			kind := 0
			if l.picture {
				kind = 1
			}
			lost[kind] += l.lost
			total[kind] += l.total
			for i, n := range l.layers {
				r.layers[i] += n
			}
		}
		r.silent += p.expects - len(p.heard)
		p.mu.Unlock()
	}
	r.soundLoss = float64(lost[0]) / float64(max(total[0], 1))
	r.loss = float64(lost[1]) / float64(max(total[1], 1))
}

// ownTime is the processor time of this process.
func ownTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hurry says whether the machine lets us run ahead of others: then foreign load moves the figures less.
func hurry() string {
	text, _ := os.ReadFile("/proc/self/stat")
	if fields := fieldsAfterName(string(text)); len(fields) > 38 && fields[38] == "2" {
		return "with real-time priority"
	}
	return "without real-time priority: foreign load moves the figures"
}

// fieldsAfterName are the fields of /proc/PID/stat after the process's name, from the third one on.
func fieldsAfterName(stat string) []string {
	return strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
}
