package web

import (
	"sync"

	"github.com/coder/websocket"

	"schalter/server/protocol"
)

// latest keeps, of the pages that show the same thing to the same person, the newest: a second tab takes over, the older
// one is told and goes quiet.
type latest struct {
	mu    sync.Mutex // guards talks
	talks map[string]*Talk
}

func (l *latest) take(key string, t *Talk) {
	l.mu.Lock()
	before := l.talks[key]
	if l.talks == nil {
		l.talks = map[string]*Talk{}
	}
	l.talks[key] = t
	l.mu.Unlock()
	t.OnClose(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.talks[key] == t {
			delete(l.talks, key)
		}
	})
	if before != nil {
		before.Send(protocol.FrameReplaced, nil)
		before.Close("replaced")
	}
}

// moved tells the page of that key that its ticket is on another device, and ends it.
func (l *latest) moved(key string) {
	l.mu.Lock()
	t := l.talks[key]
	l.mu.Unlock()
	if t != nil {
		t.Send(protocol.FrameMoved, nil)
		t.Close("moved")
	}
}

// hold notes the page under another key, to be ended by drop or cut; an earlier page of that key goes on.
func (l *latest) hold(key string, t *Talk) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.talks == nil {
		l.talks = map[string]*Talk{}
	}
	l.talks[key] = t
	t.OnClose(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.talks[key] == t {
			delete(l.talks, key)
		}
	})
}

// cut ends the page of that key, which may come back as far as it is let in.
func (l *latest) cut(key string) {
	l.mu.Lock()
	t := l.talks[key]
	l.mu.Unlock()
	if t != nil {
		t.end(websocket.StatusGoingAway, "over")
	}
}

// drop ends the page of that key with a refusal.
func (l *latest) drop(key string, err error) {
	l.mu.Lock()
	t := l.talks[key]
	l.mu.Unlock()
	if t != nil {
		t.Refuse(err)
	}
}
