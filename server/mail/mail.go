// Package mail sends plain text by SMTP.
//
// May import: go-mail and the standard library.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Config says through which server mail goes, and from whom.
type Config struct {
	// URL is smtp://host:port (STARTTLS is mandatory) or smtps://host:port (TLS from the start). Empty: no mail at all.
	URL            string
	User, Password string
	// From is the sender's address: "Schalter <schalter@stadt.example>".
	From string
	// TLS replaces what is trusted; nil: the machine's own roots.
	TLS *tls.Config
}

// Sender sends mail. Its methods may be called from any goroutine.
type Sender struct {
	client *gomail.Client
	from   string
}

// sendTime bounds one message, from dialling on.
const sendTime = 15 * time.Second

// New makes a sender; nil for an empty URL. It does not dial.
func New(cfg Config) (*Sender, error) {
	if cfg.URL == "" {
		return nil, nil
	}
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("smtp-url: want smtp://host:port or smtps://host:port, without a password") // which url.Parse would quote
	}
	from, err := netmail.ParseAddress(cfg.From)
	if err != nil {
		return nil, errors.New("smtp-from: want an address such as Schalter <schalter@stadt.example>")
	}
	options := []gomail.Option{gomail.WithTimeout(sendTime), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	port := 587
	switch u.Scheme {
	case "smtp":
	case "smtps":
		options, port = append(options, gomail.WithSSL()), 465
	default:
		return nil, fmt.Errorf("smtp-url: %q is neither smtp nor smtps", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, errors.New("smtp-url: the port is no number")
		}
	}
	options = append(options, gomail.WithPort(port))
	if cfg.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(cfg.User), gomail.WithPassword(cfg.Password))
	}
	if cfg.TLS != nil {
		options = append(options, gomail.WithTLSConfig(cfg.TLS))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("smtp-url: %w", err)
	}
	return &Sender{client: client, from: from.String()}, nil
}

// Message is one mail to one person.
type Message struct {
	Name, Address string
	Subject, Text string
}

// Send hands the message to the server and returns when it has taken it. An error names no address.
func (s *Sender) Send(ctx context.Context, m Message) error {
	if err := Address(m.Address); err != nil {
		return err
	}
	msg := gomail.NewMsg()
	if err := msg.From(s.from); err != nil {
		return errors.New("sender refused")
	}
	if err := msg.AddToFormat(oneLine(m.Name), m.Address); err != nil {
		return errors.New("address refused")
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDate()
	msg.SetMessageID()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	if err := s.client.DialAndSendWithContext(ctx, msg); err != nil {
		var dial *net.OpError
		var send *gomail.SendError
		switch { // the server's own words may repeat the address
		case errors.As(err, &dial):
			return fmt.Errorf("send mail: %s: %w", dial.Op, dial.Err)
		case errors.As(err, &send):
			return fmt.Errorf("send mail: the server refused it: %v", send.Reason)
		}
		return errors.New("send mail: no session with the server (TLS, sign-in or greeting)")
	}
	return nil
}

// ErrAddress is the refusal of what is no single plain e-mail address.
var ErrAddress = errors.New("not an e-mail address")

// Address refuses everything but one plain address, local@domain, of at most 254 bytes.
func Address(text string) error {
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || a.Name != "" || len(text) > 254 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.ContainsAny(text, " <>\"(),;") {
		return ErrAddress
	}
	return nil
}

// oneLine takes everything out of a name or subject that could begin another header.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text))
}
