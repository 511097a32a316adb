package visit

import (
	"context"
	"fmt"

	"schalter/server/civic"
	"schalter/server/mail"
)

// MayMail refuses an address to which no invitation can be sent; an empty one needs no mail.
func (s *Service) MayMail(address string) error {
	switch {
	case address == "":
		return nil
	case s.mail == nil:
		return civic.Errorf(civic.Conflict, civic.KeyGuestMailOff, "there is no mail server")
	case mail.Address(address) != nil:
		return civic.Errorf(civic.Invalid, civic.KeyGuestMail, "not a plain address")
	}
	return nil
}

// MailInvitation sends a guest the link. The address is used for this and kept nowhere.
func (s *Service) MailInvitation(ctx context.Context, g civic.Guest, address, link string) error {
	l, err := s.Lobby(ctx, civic.Caller{AuthorityID: g.AuthorityID, Visit: g.VisitID, Guest: g.ID})
	if err != nil {
		return err
	}
	err = s.mail.Send(ctx, letter(l, address, link))
	if err != nil {
		s.log.Warn("invitation not sent", "error", err)
	}
	return err
}

var kindText = map[civic.GuestKind]civic.Text{
	civic.Interpreter: {"de": "zum Dolmetschen", "en": "as an interpreter"},
	civic.Companion:   {"de": "als Begleitperson", "en": "as a companion"},
	civic.Expert:      {"de": "als Fachperson", "en": "as an expert"},
}

const letterText = `Guten Tag %s,

%s (%s, %s) lädt Sie %s zu einem Videogespräch ein. Bitte öffnen Sie diesen Link:

%s

Der Link ist nur für Sie und nur für dieses Gespräch. Sie brauchen kein Konto und müssen nichts installieren. Bild und Ton beginnen erst, wenn Sie es möchten und die Bürgerin oder der Bürger zugestimmt hat.

--

Hello %s,

%s (%s, %s) invites you %s to a video conversation. Please open this link:

%s

The link is for you only, and for this conversation only. You need no account and nothing to install. Picture and sound begin only once you want them to and the citizen has agreed.
`

func letter(l Lobby, address, link string) mail.Message {
	text := make([]any, 0, 12)
	for _, lang := range []string{"de", "en"} {
		text = append(text, l.Guest.Name, l.Clerk, l.Office.In(lang), l.Authority.Name.In(lang), kindText[l.Guest.Kind].In(lang), link)
	}
	return mail.Message{
		Name: l.Guest.Name, Address: address, Subject: "Einladung zu einem Videogespräch: " + l.Authority.Name.In("de"),
		Text: fmt.Sprintf(letterText, text...),
	}
}
