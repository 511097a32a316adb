package sfu

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"
)

var errNoKeys = errors.New("sfu: no keys yet")

// keys hears what a DTLS handshake says that makes the keys of media: pion keeps the connection to itself. The handshake
// tells its master secret to a key log, which is this one and leads nowhere else, and its hello to a hook.
type keys struct {
	mu      sync.Mutex // guards all
	client  []byte     // random
	server  []byte     // random
	master  []byte
	suite   dtls.CipherSuiteID
	profile srtp.ProtectionProfile
	made    *srtp.Config
}

// hello is the hook for the server's hello.
func (k *keys) hello(m handshake.MessageServerHello) handshake.Message {
	k.mu.Lock()
	defer k.mu.Unlock()
	random := m.Random.MarshalFixed()
	k.server = random[:]
	if m.CipherSuiteID != nil {
		k.suite = dtls.CipherSuiteID(*m.CipherSuiteID)
	}
	for _, e := range m.Extensions {
		if use, ok := e.(*extension.UseSRTP); ok && len(use.ProtectionProfiles) > 0 {
			k.profile = srtp.ProtectionProfile(use.ProtectionProfiles[0]) // both are the numbers of RFC 5764
		}
	}
	return &m
}

// Write takes a line of the key log: CLIENT_RANDOM, the client's random, the master secret.
func (k *keys) Write(line []byte) (int, error) {
	fields := bytes.Fields(line)
	if len(fields) != 3 || string(fields[0]) != "CLIENT_RANDOM" {
		return len(line), nil
	}
	client, err1 := hex.DecodeString(string(fields[1]))
	master, err2 := hex.DecodeString(string(fields[2]))
	if err1 == nil && err2 == nil {
		k.mu.Lock()
		k.client, k.master = client, master
		k.mu.Unlock()
	}
	return len(line), nil
}

// ExportKeyingMaterial is RFC 5705, as pion/srtp asks for it.
func (k *keys) ExportKeyingMaterial(label string, _ []byte, length int) ([]byte, error) {
	var hash func() hash.Hash = sha256.New
	switch k.suite {
	case dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, dtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:
		hash = sha512.New384
	}
	seed := append(append([]byte(label), k.client...), k.server...)
	return prf.PHash(k.master, seed, length, hash)
}

// session makes the keys of media: ours to encrypt with, the client's to decrypt with. We are always the server.
func (k *keys) session() (*srtp.Config, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made != nil {
		return k.made, nil
	}
	if len(k.client) == 0 || len(k.server) == 0 || len(k.master) == 0 || k.profile == 0 {
		return nil, errNoKeys
	}
	cfg := &srtp.Config{Profile: k.profile}
	if err := cfg.ExtractSessionKeysFromDTLS(k, false); err != nil {
		return nil, err
	}
	clear(k.master) // not needed any more
	k.made, k.master = cfg, nil
	return cfg, nil
}
