package mail_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"mime"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"schalter/server/mail"
	"schalter/server/mail/mailtest"
)

func sender(t testing.TB, server *mailtest.Server, trusted *tls.Config) *mail.Sender {
	t.Helper()
	s, err := mail.New(mail.Config{URL: server.URL, From: "Schalter Müsterstadt <schalter@stadt.example>", TLS: trusted})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAMessageGoesOutEncryptedAndReadable(t *testing.T) {
	server := mailtest.Run(t, true)
	s := sender(t, server, server.TLS)
	err := s.Send(t.Context(), mail.Message{Name: "Frau Größe", Address: "groesse@stadt.example", Subject: "Einladung für Sie", Text: "Grüß Gott\nhttps://x/#/invitation/ABC\n"})
	if err != nil {
		t.Fatal(err)
	}
	m := server.Await(t, 1)
	if !m.TLS || m.From != "schalter@stadt.example" || !slices.Equal(m.To, []string{"groesse@stadt.example"}) {
		t.Errorf("%+v", m)
	}
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(m.Data))).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	if err != nil || subject != "Einladung für Sie" || header.Get("Auto-Submitted") != "auto-generated" || !strings.HasPrefix(header.Get("Content-Type"), "text/plain") {
		t.Errorf("subject %q, %v, %v", subject, err, header)
	}
	if !strings.Contains(m.Data, "/#/invitation/ABC") {
		t.Errorf("no link in %s", m.Data)
	}
}

func TestNothingGoesOutUnencryptedOrToAForgedServer(t *testing.T) {
	plain := mailtest.Run(t, false)
	m := mail.Message{Name: "A", Address: "a@b.example", Subject: "s", Text: "t"}
	if err := sender(t, plain, plain.TLS).Send(t.Context(), m); err == nil || len(plain.Messages()) > 0 {
		t.Errorf("without STARTTLS: %v", err)
	}
	forged := mailtest.Run(t, true)
	if err := sender(t, forged, nil).Send(t.Context(), m); err == nil || len(forged.Messages()) > 0 {
		t.Errorf("with a certificate of its own: %v", err)
	}
	deaf := mailtest.Run(t, true)
	deaf.Refuse(errors.New("mailbox a@b.example unknown"))
	if err := sender(t, deaf, deaf.TLS).Send(t.Context(), m); err == nil || strings.Contains(err.Error(), "a@b.example") {
		t.Errorf("a refusal: %v", err)
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	if s, err := mail.New(mail.Config{}); s != nil || err != nil {
		t.Errorf("none: %v, %v", s, err)
	}
	for _, url := range []string{"http://mail", "smtp://", "smtp://user:geheim@mail", "smtp://mail/path", "mail.example", "smtp://mail:x"} {
		if _, err := mail.New(mail.Config{URL: url, From: "a@b.example"}); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := mail.New(mail.Config{URL: "smtps://mail", From: "nobody"}); err == nil {
		t.Error("a sender that is no address")
	}
}

// hostile are addresses and names that would write headers or reach others.
var hostile = []string{
	"a@b.example\r\nBcc: c@d.example", "a@b.example\nRCPT TO:<c@d.example>", "a@b.example, c@d.example", "<a@b.example>", "A <a@b.example>", "a@b.example\x00",
	"@b.example", "a@", "a b@c.example", "\"a\"@b.example>", strings.Repeat("a", 300) + "@b.example", "", "a@b.example ", "(c)a@b.example", "a@b.example\u2028x",
}

func TestHostileAddressesAreRefused(t *testing.T) {
	for _, a := range hostile {
		if mail.Address(a) == nil {
			t.Errorf("%q passes", a)
		}
	}
	for _, a := range []string{"a@b.example", "frau.groesse+schalter@stadt.example", "o'neil@b.example", "größe@stadt.example"} {
		if err := mail.Address(a); err != nil {
			t.Errorf("%q: %v", a, err)
		}
	}
}

// FuzzMessage: whatever the name and address are, a mail that goes out goes to that address alone, and has the headers
// that we wrote and no other.
func FuzzMessage(f *testing.F) {
	server := mailtest.Run(f, true)
	s := sender(f, server, server.TLS)
	for _, text := range hostile {
		f.Add(text, "a@b.example", "s")
		f.Add("A", text, "s")
		f.Add("A", "a@b.example", text)
	}
	known := []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "User-Agent", "X-Mailer"}
	f.Fuzz(func(t *testing.T, name, address, subject string) {
		before := len(server.Messages())
		if s.Send(t.Context(), mail.Message{Name: name, Address: address, Subject: subject, Text: "t"}) != nil {
			return
		}
		m := server.Await(t, before+1)
		if len(m.To) != 1 || m.To[0] != address {
			t.Errorf("to %q instead of %q", m.To, address)
		}
		header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(m.Data))).ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		for key, values := range header {
			if !slices.Contains(known, key) || len(values) != 1 {
				t.Errorf("header %s: %q", key, values)
			}
		}
	})
}
