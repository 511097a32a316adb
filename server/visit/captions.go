package visit

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"schalter/server/civic"
	"schalter/server/sfu"
	"schalter/server/store"
)

// Caption is what a participant says, as text: by the operator's own speech-to-text server, or whoever else holds the
// captioner's token. It is passed on at once and never kept.
type Caption struct {
	Participant string // who speaks
	Text        string
	Final       bool      // else the next one of the same participant takes its place
	At          time.Time // when it was said
}

// Captioner writes captions into one visit. It is no participant: it hears and sees nothing, and knows who is there.
type Captioner struct {
	room  *room
	view  func(View)
	ended func(End)
}

// IssueCaptioner makes the token by which captions are written into a visit, until it ends. The one before is void.
// Errors: Gone once the visit is over.
func (s *Service) IssueCaptioner(ctx context.Context, caller civic.Caller, v civic.Visit) (token string, err error) {
	token = rand.Text()
	return token, s.setCaptioner(ctx, caller, v, hash(token), actCaptionerIssued)
}

// WithdrawCaptioner voids it. Errors: Gone once the visit is over.
func (s *Service) WithdrawCaptioner(ctx context.Context, caller civic.Caller, v civic.Visit) error {
	return s.setCaptioner(ctx, caller, v, nil, actCaptionerWithdrawn)
}

func (s *Service) setCaptioner(ctx context.Context, caller civic.Caller, v civic.Visit, hash []byte, act string) error {
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.SetCaptioner(ctx, v.AuthorityID, v.ID, hash); err != nil {
			return err
		}
		return s.note(ctx, tx, caller, v, act, nil)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	r := s.rooms[v.ID]
	s.mu.Unlock()
	if r != nil {
		r.in(func() { r.uncaption(EndRemoved) })
	}
	return nil
}

// Captioner lets the holder of a token write captions. view is told whenever it changes who is there, ended when it is over;
// both from the room's goroutine, and must not block. A second one takes the place of the first.
// Errors: Unauthenticated for a token that is unknown, void, or of a visit that is over.
func (s *Service) Captioner(ctx context.Context, token string, view func(View), ended func(End)) (*Captioner, error) {
	v, err := s.captioned(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.caption(ctx, v, token, view, ended)
}

// captioned is the visit into which the holder of a token writes. Errors: Unauthenticated if there is none.
func (s *Service) captioned(ctx context.Context, token string) (v civic.Visit, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		v, err = tx.CaptionedVisit(ctx, hash(token))
		return err
	})
	if civic.CodeOf(err) == civic.NotFound {
		err = civic.Errorf(civic.Unauthenticated, civic.KeyGrantUnknown, "captioner unknown, void or over")
	}
	return v, err
}

// caption lets a captioner into the room. The token is looked at again in there: who voids it writes that down first and then
// turns to the room, so that it is seen here, or the captioner is found there.
func (s *Service) caption(ctx context.Context, v civic.Visit, token string, view func(View), ended func(End)) (*Captioner, error) {
	r, err := s.room(ctx, v)
	if err != nil {
		return nil, err
	}
	c := &Captioner{room: r, view: view, ended: ended}
	err = r.inRoom(func() error {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if _, err := s.captioned(ctx, token); err != nil {
			return err
		}
		r.uncaption(EndReplaced)
		r.captioner = c
		r.tell()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// uncaption ends the present captioner, if there is one.
func (r *room) uncaption(why End) {
	if c := r.captioner; c != nil {
		r.captioner = nil
		c.ended(why)
		r.tell()
	}
}

// Say passes a caption on to everybody who is here, but not to those who are held apart, nor what those say. Errors: Invalid
// for a participant who was never here; Gone once the captioner is over.
func (c *Captioner) Say(caption Caption) error {
	caption.Text = strings.Join(strings.Fields(sfu.CleanText(caption.Text)), " ")
	var err error
	if !c.room.in(func() {
		speaker := c.room.members[caption.Participant]
		switch {
		case c.room.captioner != c:
			err = civic.Errorf(civic.Gone, civic.KeyVisitOver, "captioner is over")
			return
		case speaker == nil:
			err = civic.Errorf(civic.Invalid, civic.KeyFrameMalformed, "nobody of that id was in the room")
			return
		case !speaker.here || speaker.peer.Held():
			return // has just gone, or is heard by nobody
		}
		for _, m := range c.room.members {
			if m.here && !m.peer.Held() {
				m.out.Caption(caption)
			}
		}
	}) {
		return civic.Errorf(civic.Gone, civic.KeyVisitOver, "room has ended")
	}
	return err
}

// Gone says that the captioner's connection is lost. It may come again with the same token.
func (c *Captioner) Gone() {
	c.room.in(func() {
		if c.room.captioner == c {
			c.room.captioner = nil
			c.room.tell()
		}
	})
}
