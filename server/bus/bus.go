// Package bus carries hints that something has changed. A hint is never the truth: it may be lost or doubled
// without harm, for whoever receives it reads anew, and every view is recomputed every 30 s all the same.
//
// May import: civic and the standard library. Between machines the same hints will travel by the database's own
// notifications; so far there is one machine, and they stay in the process.
package bus

import (
	"sync"

	"schalter/server/civic"
)

// Topic is what a hint is about.
type Topic string

// Anything is the topic of every hint.
const Anything Topic = "*"

// Office is the topic of an office's queue, desks and settings.
func Office(id civic.OfficeID) Topic { return Topic("office:" + string(id)) }

// Urgent is the topic of moves in an office that somebody waits for at this moment, such as the call. They are hinted
// under Office too.
func Urgent(id civic.OfficeID) Topic { return Topic("urgent:" + string(id)) }

// Visit is the topic of one visit.
func Visit(id civic.VisitID) Topic { return Topic("visit:" + string(id)) }

// Clerk is the topic of what colleagues ask of one clerk, and what became of the clerk's own asking.
func Clerk(id civic.ClerkID) Topic { return Topic("clerk:" + string(id)) }

// Bus hands hints to subscribers in this process.
type Bus struct {
	mu   sync.Mutex // guards subs
	subs map[Topic]map[chan struct{}]struct{}
}

// New makes an empty bus.
func New() *Bus { return &Bus{subs: map[Topic]map[chan struct{}]struct{}{}} }

// Publish tells the subscribers of the topics, and those of Anything. It never blocks: a subscriber that has not
// yet taken its last hint is told enough by that one.
func (b *Bus) Publish(topics ...Topic) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range append(topics, Anything) {
		for ch := range b.subs[t] {
			select {
			case ch <- struct{}{}:
			default:
			}
		}
	}
}

// Subscribe returns a channel that receives a value after every hint about the topic, several hints maybe as one,
// and the function that ends the subscription.
func (b *Bus) Subscribe(t Topic) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs[t] == nil {
		b.subs[t] = map[chan struct{}]struct{}{}
	}
	b.subs[t][ch] = struct{}{}
	return ch, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs[t], ch)
		if len(b.subs[t]) == 0 {
			delete(b.subs, t)
		}
	}
}
