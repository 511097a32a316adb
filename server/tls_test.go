package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// issue writes a certificate for localhost and its key, and returns it.
func issue(t *testing.T, cert, key string, serial int64) *x509.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	issued := issue(t, cert, key, 1)
	p := launch(t, func(c *Config) {
		c.TLSCert, c.TLSKey, c.PublicURL, c.ConsoleURL = cert, key, "https://localhost:0", "https://console.localhost:0"
	})
	roots := x509.NewCertPool()
	roots.AddCert(issued)
	ask := func(most uint16) (*http.Response, error) {
		transport := &http.Transport{DisableCompression: true, TLSClientConfig: &tls.Config{RootCAs: roots, MaxVersion: most}}
		defer transport.CloseIdleConnections()
		return (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Get(p.publicURL + "/api/v1/authorities/" + town + "/board")
	}
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		answer, err := ask(version)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != 200 || answer.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %d, HSTS %q", name, answer.StatusCode, answer.Header.Get("Strict-Transport-Security"))
		}
	}
	if answer, err := ask(tls.VersionTLS11); err == nil {
		_ = answer.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
}

func TestARenewedCertificateNeedsNoRestart(t *testing.T) {
	dir := t.TempDir()
	c := &certificate{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), log: slog.New(slog.DiscardHandler)}
	if _, err := c.get(nil); err == nil {
		t.Fatal("files that don't exist make a certificate")
	}
	serves := func(serial int64, what string) {
		t.Helper()
		pair, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(pair.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if leaf.SerialNumber.Int64() != serial {
			t.Errorf("%s: certificate %v serves, want %d", what, leaf.SerialNumber, serial)
		}
	}
	later := func(d time.Duration) { // the files as if written later, and the last look long ago
		for _, name := range []string{c.cert, c.key} {
			if err := os.Chtimes(name, time.Time{}, time.Now().Add(d)); err != nil {
				t.Fatal(err)
			}
		}
		c.looked = time.Time{}
	}
	issue(t, c.cert, c.key, 1)
	serves(1, "first")
	issue(t, c.cert, c.key, 2)
	later(time.Minute)
	serves(2, "renewed")
	if err := os.WriteFile(c.key, []byte("half written"), 0o600); err != nil {
		t.Fatal(err)
	}
	later(2 * time.Minute)
	serves(2, "while the new files make no pair")
}
