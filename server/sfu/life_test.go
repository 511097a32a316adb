package sfu

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
)

func TestFiftyVisitsLeaveNothingBehind(t *testing.T) {
	s := newSwitch(t)
	cycle := func(i int) {
		room := s.Room(fmt.Sprint("visit", i))
		a := join(t, room, "citizen", clientOptions{seats: 1})
		b := join(t, room, "clerk", clientOptions{seats: 1})
		if i%10 == 0 {
			eventually(t, "media", func() bool { return len(a.from(a.seatLines[0][1], b.id)) > 0 })
		}
		if i%2 == 0 {
			a.close() // by signalling
		} else {
			_ = a.pc.GracefulClose() // by the connection only
			eventually(t, "the end to be noticed", func() bool { return len(a.closed) == 1 || i%10 != 0 })
			a.close()
		}
		if i%3 == 0 {
			s.CloseRoom(fmt.Sprint("visit", i))
		}
		b.close()
	}
	empty := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.rooms) == 0
	}
	cycle(0)
	eventually(t, "the room to be forgotten", empty)
	before := runtime.NumGoroutine()
	for i := 1; i <= 50; i++ {
		cycle(i)
	}
	eventually(t, "all rooms to be forgotten", empty)
	eventually(t, "all goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}

func TestARoomThatEmptiedIsOpenedAgain(t *testing.T) {
	s := newSwitch(t)
	room := s.Room("visit")
	for range 20 {
		var each sync.WaitGroup
		for i := range 4 {
			each.Go(func() {
				p, err := room.Join(fmt.Sprint(i), Events{})
				if err != nil {
					t.Error(err)
					return
				}
				p.Close()
				p.Close()
			})
		}
		each.Wait()
	}
	p, err := room.Join("last", Events{})
	check(t, err)
	room = p.room
	s.CloseRoom("visit")
	if _, err := room.Join("late", Events{}); !errors.Is(err, ErrClosed) {
		t.Errorf("joined a room that was closed: %v", err)
	}
	if *p.why.Load() != ReasonRoomClosed {
		t.Errorf("closed because %v", *p.why.Load())
	}
	if _, err := s.Room("visit").Join("next", Events{}); err != nil {
		t.Errorf("the next room of that name: %v", err)
	}
	check(t, s.Close())
	if _, err := s.Room("other").Join("late", Events{}); !errors.Is(err, ErrClosed) {
		t.Errorf("joined a closed switch: %v", err)
	}
	s.CloseRoom("visit")
}

func TestNewRefusesWhatIsNoAddress(t *testing.T) {
	for _, cfg := range []Config{{Listen: "nowhere"}, {Listen: "127.0.0.1:0", Addresses: []string{"town.example"}}} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v is taken", cfg)
		}
	}
	s := newSwitch(t)
	if _, err := New(Config{Listen: fmt.Sprint("127.0.0.1:", s.Port())}); err == nil {
		t.Error("a port in use is taken")
	}
}

func TestASecondJoinReplacesTheFirst(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	eventually(t, "pictures", func() bool { return len(b.from(b.seatLines[0][1], a.id)) > 5 })
	again := join(t, room, "citizen", clientOptions{seats: 1})
	if why := <-a.closed; why != ReasonReplaced {
		t.Errorf("closed because %q", why)
	}
	for _, pair := range [][2]*client{{again, b}, {b, again}} {
		eventually(t, "pictures after it", func() bool { return len(pair[0].from(pair[0].seatLines[0][1], pair[1].id)) > 5 })
	}
	if err := continuous(b.line(b.seatLines[0][1].Mid())); err != nil {
		t.Errorf("across the replacement: %v", err)
	}
}
