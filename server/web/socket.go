package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"schalter/server/civic"
	"schalter/server/protocol"
)

const (
	frameLimit = 32 << 10 // bytes of one frame from a client
	frameRate  = 20       // frames a second from a client, and as many at once
	outboxSize = 32       // frames to a client that were not yet written; one more closes the socket
	maxSockets = 20_000   // on this machine
)

// Close codes of our own. After these, and all below 4000, the client connects again.
const (
	closeSilent = websocket.StatusCode(4408) // the page has not answered for too long
	closeSlow   = websocket.StatusTryAgainLater
)

// Talk is one socket, seen by a handler. One goroutine reads and calls open and the handlers of frames, one writes.
type Talk struct {
	s      *Server
	ws     *websocket.Conn
	id     string // of the request
	socket *Socket
	ctx    context.Context
	cancel context.CancelFunc
	out    chan []byte
	on     map[string]func(ctx context.Context, data []byte) error // set by open, then only read
	pong   func()
	closed []func()
	along  sync.WaitGroup // goroutines of Go

	once   sync.Once
	ending chan struct{} // closed by end
	code   websocket.StatusCode
	reason string
}

// serveSocket upgrades the request and returns; the socket lives on. open is called with the data of the first frame; it
// registers what is to be heard (On, OnPong, OnClose), sends the first frames and may start goroutines (Go). Its error
// closes the socket, after a problem frame. Nothing of c may be used in open.
func serveSocket[First any](s *Server, c *fiber.Ctx, socket *Socket, open func(ctx context.Context, t *Talk, first First) error) error {
	id, _ := c.Locals(keyRequestID).(string)
	return upgrade(c, func(ws *websocket.Conn) {
		ctx, cancel := context.WithCancel(s.base)
		t := &Talk{
			s: s, ws: ws, id: id, socket: socket, ctx: ctx, cancel: cancel,
			out: make(chan []byte, outboxSize), on: map[string]func(context.Context, []byte) error{},
			ending: make(chan struct{}),
		}
		if code := s.sockets.add(t); code != 0 {
			_ = ws.Close(code, "") // whoever is gone is gone
			cancel()
			return
		}
		defer s.sockets.remove(t)
		t.run(func(frame protocol.Frame) error {
			if frame.Type != socket.Client[0].Type {
				return malformed("first frame is not %s", socket.Client[0].Type)
			}
			var first First
			if err := s.schemas.decode(frame.Data, &first); err != nil {
				return malformed("%s: %v", frame.Type, err)
			}
			return open(ctx, t, first)
		})
	})
}

// On registers what to do with frames of one type; to be called in open. An error goes to the client as a problem frame
// and closes the socket if it means that nothing will work any more (see fatal).
func On[T any](t *Talk, frame string, do func(ctx context.Context, data T) error) {
	t.on[frame] = func(ctx context.Context, data []byte) error {
		var v T
		if reflect.TypeOf(v) != reflect.TypeFor[struct{}]() {
			if err := t.s.schemas.decode(data, &v); err != nil {
				return malformed("%s: %v", frame, err)
			}
		} else if len(data) > 0 {
			return malformed("%s has no data", frame)
		}
		return do(ctx, v)
	}
}

// OnPong registers what to do whenever the page has answered a ping; to be called in open. It is the sign of presence:
// a sleeping tab keeps its socket, but answers no frame.
func (t *Talk) OnPong(do func()) { t.pong = do }

// OnClose registers what to do, once, when the socket has ended; to be called in open.
func (t *Talk) OnClose(do func()) { t.closed = append(t.closed, do) }

// Go runs do beside the socket until its ctx ends; the socket waits for it. An error of do closes the socket.
func (t *Talk) Go(do func(ctx context.Context) error) {
	t.along.Go(func() {
		if err := guarded(func() error { return do(t.ctx) }); err != nil && t.ctx.Err() == nil {
			t.refuse(err, true)
		}
	})
}

// Send queues a frame; data may be nil. It never blocks: if the outbox is full, the socket closes and the client reads whole
// views when it is back.
func (t *Talk) Send(frame string, data any) {
	text, err := json.Marshal(struct { // protocol.Frame, but for encoding the data once only
		Type string `json:"type"`
		Data any    `json:"data,omitempty"`
	}{frame, data})
	if err != nil {
		t.refuse(fmt.Errorf("encode frame %s: %w", frame, err), true)
		return
	}
	select {
	case t.out <- text:
	case <-t.ending:
	default:
		t.end(closeSlow, "slow")
	}
}

// Close says goodbye after what is queued, as one whose work is done (1000).
func (t *Talk) Close(reason string) { t.end(websocket.StatusNormalClosure, reason) }

// Refuse sends a problem frame and closes.
func (t *Talk) Refuse(err error) { t.refuse(err, true) }

func (t *Talk) end(code websocket.StatusCode, reason string) {
	t.once.Do(func() {
		t.code, t.reason = code, reason
		close(t.ending)
	})
}

func (t *Talk) refuse(err error, close bool) {
	p := problemOf(err, t.id)
	t.s.logRefusal(err, p, t.id)
	t.Send(protocol.FrameProblem, p)
	if close || fatal(p) {
		t.end(closeCode(p.Code), p.Key)
	}
}

// fatal says which refusals of a frame end the socket: those that would meet every further frame too.
func fatal(p protocol.Problem) bool {
	switch p.Code {
	case civic.Unauthenticated, civic.Forbidden, civic.Gone, civic.TooLarge, civic.TooMany, civic.Internal:
		return true
	}
	return p.Key == civic.KeyFrameMalformed
}

func (t *Talk) run(first func(protocol.Frame) error) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		t.write()
	}()
	t.read(first)
	t.end(websocket.StatusNormalClosure, "") // if nobody else did
	<-written
	t.cancel()
	t.along.Wait()
	_ = t.ws.CloseNow() // closed already, most of the time
	for _, do := range t.closed {
		do()
	}
}

// read reads until the socket ends. Its context is never cancelled: that would cut the socket without a close frame.
func (t *Talk) read(first func(protocol.Frame) error) {
	t.ws.SetReadLimit(frameLimit)
	silent := time.AfterFunc(t.s.times.firstFrame, func() { t.end(closeSilent, "silent") })
	defer silent.Stop()
	allowed := rate.NewLimiter(frameRate, frameRate)
	for n := 0; ; n++ {
		frame, err := t.next()
		if err != nil {
			return
		}
		select {
		case <-t.ending:
			continue // until the other side's close frame comes
		default:
		}
		silent.Reset(t.s.times.silence)
		switch {
		case !allowed.Allow():
			err = civic.Errorf(civic.TooMany, civic.KeyTooManyRequests, "more than %d frames a second", frameRate)
		case n == 0:
			if err = aside(func() error { return first(frame) }); err != nil {
				t.refuse(err, true)
				continue
			}
		default:
			err = t.handle(frame)
		}
		if err != nil {
			t.refuse(err, false)
		}
	}
}

// next reads one frame. A malformed one is answered here and comes back as a frame without a type.
func (t *Talk) next() (protocol.Frame, error) {
	for {
		kind, text, err := t.ws.Read(context.Background())
		if err != nil {
			return protocol.Frame{}, err
		}
		frame, err := parseFrame(text)
		if err == nil && kind == websocket.MessageText {
			return frame, nil
		}
		t.refuse(malformed("%v", err), true)
	}
}

func parseFrame(text []byte) (protocol.Frame, error) {
	var f protocol.Frame
	if _, err := parseStrict(text); err != nil {
		return f, err
	}
	if err := unmarshalStrict(text, &f); err != nil {
		return f, err
	}
	if f.Type == "" {
		return f, errors.New("a frame without a type")
	}
	return f, nil
}

// aside runs do on a goroutine that ends with it. A query needs a deep stack, and those of goroutines that then wait for
// hours would stay as large.
func aside(do func() error) error {
	done := make(chan error, 1)
	go func() { done <- guarded(do) }()
	return <-done
}

func (t *Talk) handle(f protocol.Frame) error {
	if f.Type == protocol.FramePong && len(f.Data) == 0 {
		if t.pong != nil {
			t.pong()
		}
		return nil
	}
	do := t.on[f.Type]
	if do == nil {
		return malformed("a frame that is not for this socket")
	}
	ctx, cancel := context.WithTimeout(t.ctx, requestTime)
	defer cancel()
	return guarded(func() error { return do(ctx, f.Data) })
}

// malformed refuses a frame that a client of ours would never send. It closes the socket.
func malformed(format string, args ...any) error {
	return civic.Errorf(civic.Invalid, civic.KeyFrameMalformed, format, args...)
}

// write writes until the socket ends, then what is left, then the close frame.
func (t *Talk) write() {
	ping := time.NewTicker(t.s.times.ping)
	defer ping.Stop()
	for {
		select {
		case text := <-t.out:
			if t.writeOne(text) != nil {
				t.end(closeSlow, "slow")
			}
			continue
		case <-ping.C:
			t.Send(protocol.FramePing, nil)
			continue
		case <-t.ending:
		}
		break
	}
	for {
		select {
		case text := <-t.out:
			if t.writeOne(text) == nil {
				continue
			}
		default:
		}
		break
	}
	_ = t.ws.Close(t.code, t.reason) // the other side may be gone
}

func (t *Talk) writeOne(text []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), t.s.times.write)
	defer cancel()
	return t.ws.Write(ctx, websocket.MessageText, text)
}

// sockets are all open ones.
type sockets struct {
	mu       sync.Mutex // guards what is below
	open     map[*Talk]struct{}
	stopping bool
	wg       sync.WaitGroup
}

// add takes a new socket in, or returns the close code with which it is turned away.
func (s *sockets) add(t *Talk) websocket.StatusCode {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopping:
		return websocket.StatusGoingAway
	case len(s.open) >= maxSockets:
		return websocket.StatusTryAgainLater
	}
	if s.open == nil {
		s.open = map[*Talk]struct{}{}
	}
	s.open[t] = struct{}{}
	s.wg.Add(1)
	return 0
}

func (s *sockets) remove(t *Talk) {
	s.mu.Lock()
	delete(s.open, t)
	s.mu.Unlock()
	s.wg.Done()
}

// Sockets counts the open sockets.
func (s *Server) Sockets() int {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	return len(s.sockets.open)
}

// shutdown closes all sockets at once and waits for them until ctx ends.
func (s *sockets) shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	for t := range s.open {
		t.end(websocket.StatusGoingAway, "restart")
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close sockets: %w", ctx.Err())
	}
}
