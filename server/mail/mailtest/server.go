// Package mailtest is a mail server in memory, with STARTTLS and a certificate of its own, for tests.
//
// May import: go-smtp and the standard library. Imported by tests only.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Message is what the server has taken.
type Message struct {
	From string
	To   []string
	Data string // headers and text as they came
	TLS  bool
}

// Server is running.
type Server struct {
	URL         string      // smtp://127.0.0.1:...
	TLS         *tls.Config // trusts the server
	Certificate []byte      // the same trust as PEM, for a program of its own

	mu       sync.Mutex // guards what is below
	messages []Message
	arrived  chan struct{} // closed at the next message, and replaced
	refuse   error
}

// Run starts a server that ends with the test. Without secure it offers no STARTTLS.
func Run(t testing.TB, secure bool) *Server {
	t.Helper()
	s := &Server{arrived: make(chan struct{})}
	certificate, pool := selfSigned(t)
	s.Certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	s.TLS = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }))
	server.Domain, server.EnableSMTPUTF8 = "localhost", true
	server.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "smtp://" + ln.Addr().String()
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(ln) }() // ends with Close
	t.Cleanup(func() { _ = server.Close(); <-done })
	return s
}

// Refuse lets the server answer every message with err from now on; nil: no longer.
func (s *Server) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// Messages returns all that came so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Await waits for the nth message, counted from 1.
func (s *Server) Await(t testing.TB, n int) Message {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		arrived, have := s.arrived, s.messages
		s.mu.Unlock()
		if len(have) >= n {
			return have[n-1]
		}
		select {
		case <-arrived:
		case <-late:
			t.Fatalf("%d messages came, not %d", len(have), n)
		}
	}
}

type session struct {
	s    *Server
	c    *smtp.Conn
	from string
	to   []string
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, encrypted := s.c.TLSConnectionState()
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	if s.s.refuse != nil {
		return s.s.refuse
	}
	s.s.messages = append(s.s.messages, Message{From: s.from, To: s.to, Data: string(data), TLS: encrypted})
	close(s.s.arrived)
	s.s.arrived = make(chan struct{})
	return nil
}

func selfSigned(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mailtest"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
