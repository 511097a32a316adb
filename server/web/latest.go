package web

import (
	"sync"

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

// drop ends the page of that key with a refusal.
func (l *latest) drop(key string, err error) {
	l.mu.Lock()
	t := l.talks[key]
	l.mu.Unlock()
	if t != nil {
		t.Refuse(err)
	}
}
