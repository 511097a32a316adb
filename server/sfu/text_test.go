package sfu

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
)

// writer is a client with real-time text, as a browser has it.
type writer struct {
	*client
	own *webrtc.DataChannel

	mu       sync.Mutex
	labels   []string // of the channels that the room opened
	protocol []string
	got      map[string]string // text by who wrote it
	last     time.Time
}

func newWriter(t testing.TB, room *Room, name, label string, heard ...Text) *writer {
	t.Helper()
	w := &writer{client: newClient(t, room, name, clientOptions{seats: 1, listener: true}), got: map[string]string{}}
	w.pc.OnDataChannel(func(dc *webrtc.DataChannel) {
		w.mu.Lock()
		w.labels, w.protocol = append(w.labels, dc.Label()), append(w.protocol, dc.Protocol())
		w.mu.Unlock()
		who := strings.Fields(dc.Label())[0]
		dc.OnMessage(func(m webrtc.DataChannelMessage) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.got[who] += string(m.Data)
			w.last = time.Now()
		})
	})
	w.peer.Heard(heard)
	w.own = w.open(protocolT140, label)
	w.offer()
	eventually(t, "the own channel", func() bool { return w.own.ReadyState() == webrtc.DataChannelStateOpen })
	eventually(t, "the room to know of it", func() (known bool) {
		w.room.do(func() { known = w.peer.writes != nil })
		return known || w.peer.gone.Load()
	})
	return w
}

func (w *writer) open(protocol, label string) *webrtc.DataChannel {
	dc, err := w.pc.CreateDataChannel(label, &webrtc.DataChannelInit{Protocol: &protocol})
	check(w.t, err)
	return dc
}

func (w *writer) write(text string) {
	w.t.Helper()
	check(w.t, w.own.SendText(text))
}

func (w *writer) text(who string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.got[who]
}

func (w *writer) reads(who, want string) {
	w.t.Helper()
	defer func() {
		if got := w.text(who); got != want {
			w.t.Fatalf("%s has of %s: %q, want %q", w.name, who, got, want)
		}
	}()
	eventually(w.t, w.name+" to read "+who, func() bool { return w.text(who) == want || len(w.text(who)) > len(want) })
}

// TestWhoIsSilencedMayWrite: sound and picture are switched off, the voice of somebody who writes is not.
func TestWhoIsSilencedMayWrite(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := newWriter(t, room, "citizen", "t140 aa 0 0")
	b := newWriter(t, room, "guest-1", "t140 bb 0 0")
	b.peer.Silence(true, true)
	b.write("Ich bin gehörlos")
	a.reads("guest-1", "Ich bin gehörlos")
	a.write("Ich lese Sie")
	b.reads("citizen", "Ich lese Sie")
	b.peer.Close() // what the clerk has against a torrent of text
	_ = b.own.SendText("noch etwas")
	eventually(t, "the guest to be out", func() bool { return b.peer.gone.Load() })
	late := newWriter(t, room, "guest-2", "t140 cc 0 0")
	late.write("danach")
	a.reads("guest-2", "danach")
	a.reads("guest-1", "Ich bin gehörlos")
}

func TestTextIsRelayedLetterByLetterMarkedByWriter(t *testing.T) {
	sw := newSwitch(t)
	room := sw.Room("visit")
	a := newWriter(t, room, "citizen", "t140 aa 0 0")
	b := newWriter(t, room, "clerk", "t140 bb 0 0")
	outside := newWriter(t, sw.Room("another"), "citizen", "t140 cc 0 0")
	start := time.Now()
	for _, letter := range "Grüß Gott" {
		a.write(string(letter))
	}
	b.reads("citizen", "Grüß Gott")
	t.Logf("nine letters within %v", time.Since(start))
	b.write("Ja\b\bNein\u2028")
	a.reads("clerk", "Ja\b\bNein\u2028")
	late := newWriter(t, room, "guest-1", "t140 dd 0 0")
	b.write("für alle")
	late.reads("clerk", "für alle") // and nothing from before entering
	a.reads("clerk", "Ja\b\bNein\u2028für alle")
	late.write("ok")
	a.reads("guest-1", "ok")
	b.reads("guest-1", "ok")
	late.reads("citizen", "")
	for _, w := range []*writer{a, b, late} {
		if w.text(w.name) != "" {
			t.Errorf("%s reads the own text: %q", w.name, w.text(w.name))
		}
		for i, p := range w.protocol {
			if p != "t140" {
				t.Errorf("channel %q has protocol %q", w.labels[i], p)
			}
		}
	}
	if len(outside.labels) != 0 || len(outside.got) != 0 {
		t.Errorf("another room hears %v %v", outside.labels, outside.got)
	}

	// Whoever has left writes and reads nothing any more.
	late.peer.Forget()
	late.peer.Close()
	_ = late.own.SendText("nach dem Gehen")
	b.write("!")
	a.reads("clerk", "Ja\b\bNein\u2028für alle!")
	again := newWriter(t, room, "guest-1", "t140 ee 0 0", Text{"clerk", "bb", 0})
	b.write("?")
	again.reads("clerk", "?") // who left for good gets nothing from before, whatever is claimed
	if a.text("guest-1") != "ok" {
		t.Errorf("written after leaving: %q", a.text("guest-1"))
	}
}

func TestTextAfterALostLine(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := newWriter(t, room, "citizen", "t140 aa 0 0")
	b := newWriter(t, room, "clerk", "t140 bb 0 0")
	a.write("Guten Ta")
	b.write("Ich hö")
	b.reads("citizen", "Guten Ta")
	a.reads("clerk", "Ich hö")

	// The citizen's line breaks in mid-word; the clerk writes on, and the citizen's page keeps what it could not send.
	a.close()
	b.write("re Sie")
	a2 := newWriter(t, room, "citizen", "t140 aa 0 11", Text{"clerk", "bb", 6})
	a2.write("Guten Tag, ich") // the page sends again from where it keeps its text
	a2.reads("clerk", "re Sie")
	b.reads("citizen", "Guten Tag, ich")
	a2.write(" bin da")
	b.reads("citizen", "Guten Tag, ich bin da")

	// It breaks again, and so much is written that the page does not keep all: the mark stands exactly there.
	a2.close()
	a3 := newWriter(t, room, "citizen", "t140 aa 30 34", Text{"clerk", "bb", 12})
	a3.write("Ende")
	b.reads("citizen", "Guten Tag, ich bin da\uFFFDEnde")
	a3.reads("clerk", "")

	// A plain T.140 client says nothing of positions: what may be missing is marked.
	a3.close()
	a4 := newWriter(t, room, "citizen", "t140")
	a4.write("x")
	b.reads("citizen", "Guten Tag, ich bin da\uFFFDEnde\uFFFDx")

	// The clerk's page is loaded anew: it reads again what was written since the clerk came in.
	b.close()
	b2 := newWriter(t, room, "clerk", "t140 b2 0 0")
	b2.reads("citizen", "\uFFFDx")
}

func TestTextAfterTheServerBeganAnew(t *testing.T) {
	room := newSwitch(t).Room("visit")
	// The room knows nothing. The writer sends again the last that it keeps, from 4 on; 10 characters were written before.
	a := newWriter(t, room, "citizen", "t140 aa 4 10")
	knows := newWriter(t, room, "clerk", "t140 bb 0 0", Text{"citizen", "aa", 8})
	a.write("456789")
	gapped := newWriter(t, room, "guest-1", "t140 cc 0 0", Text{"citizen", "aa", 2})
	fresh := newWriter(t, room, "guest-2", "t140 dd 0 0")
	a.write("neu")
	knows.reads("citizen", "89neu")
	gapped.reads("citizen", "\uFFFD456789neu")
	fresh.reads("citizen", "neu")
}

func TestTextLimits(t *testing.T) {
	room := newSwitch(t).Room("visit")
	reader := newWriter(t, room, "clerk", "t140 bb 0 0")
	cases := map[string]func(w *writer){
		"a message too large":    func(w *writer) { _ = w.own.SendText(strings.Repeat("x", maxBlock+1)) },
		"bytes in place of text": func(w *writer) { _ = w.own.Send([]byte("x")) },
		"too many channels": func(w *writer) {
			for i := range maxChannels + 1 {
				w.open("chat", fmt.Sprint(i))
			}
		},
	}
	for name, do := range cases {
		w := newWriter(t, room, "citizen", "t140 aa 0 0")
		do(w)
		if why := <-w.closed; why != ReasonFailed {
			t.Errorf("%s: %s", name, why)
		}
		w.close()
	}
	w := newWriter(t, room, "citizen", "t140 cc 0 0")
	closed := make(chan struct{})
	other := w.open("chat", "x")
	other.OnClose(func() { close(closed) })
	<-closed // of another protocol

	// A paste comes at once, what is more at the rate of a typist.
	text := strings.Repeat("0123456789", (textBurst+60)/10)
	start := time.Now()
	w.write(text[:textBurst])
	w.write(text[textBurst:])
	reader.reads("citizen", text)
	if took := time.Since(start); took < 1500*time.Millisecond {
		t.Errorf("%d characters within %v", len(text), took)
	}

	// A room holds so much of one, and no more.
	room.do(func() { room.scripts["citizen"].written = maxScript - 1 })
	w.write("a")
	reader.reads("citizen", text+"a")
	w.write("b")
	eventually(t, "the channel to close", func() bool { return w.own.ReadyState() == webrtc.DataChannelStateClosed })
	reader.reads("citizen", text+"a")
}

func TestTextOfAHeldPeer(t *testing.T) {
	room := newSwitch(t).Room("visit")
	citizen := newWriter(t, room, "citizen", "t140 aa 0 0")
	clerk := newWriter(t, room, "clerk", "t140 bb 0 0")
	guest := newWriter(t, room, "guest-1", "t140 cc 0 0")
	clerk.write("Moment")
	citizen.reads("clerk", "Moment")
	citizen.peer.Hold(true)
	clerk.write(" unter uns")
	citizen.write("Hallo?")
	guest.reads("clerk", "Moment unter uns")
	citizen.peer.Hold(false)
	clerk.write(", da bin ich")
	citizen.reads("clerk", "Moment, da bin ich")
	guest.reads("citizen", "Hallo?") // it waited, and was heard by nobody meanwhile

	// Nothing of it comes later either, whatever is claimed after a lost line.
	citizen.close()
	again := newWriter(t, room, "citizen", "t140 aa 0 6", Text{"clerk", "bb", 0})
	again.reads("clerk", ", da bin ich")
}
