package identity

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"schalter/server/civic"
	"schalter/server/store"
)

// maxPasskeys of one clerk: a computer, a phone, a key in the drawer, and spares.
const maxPasskeys = 10

// passkeyOwner is a clerk as the library wants one.
type passkeyOwner struct {
	clerk civic.Clerk
	keys  []webauthn.Credential
}

func (o passkeyOwner) WebAuthnID() []byte                         { return Hash(string(o.clerk.ID)) }
func (o passkeyOwner) WebAuthnName() string                       { return o.clerk.Email }
func (o passkeyOwner) WebAuthnDisplayName() string                { return o.clerk.Name }
func (o passkeyOwner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

func ownerOf(clerk civic.Clerk, passkeys []store.Passkey) (passkeyOwner, error) {
	o := passkeyOwner{clerk: clerk}
	for _, p := range passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(p.Credential), &c); err != nil {
			return o, err
		}
		o.keys = append(o.keys, c)
	}
	return o, nil
}

// Passkeys returns the own passkeys, the oldest first.
func (s *Service) Passkeys(ctx context.Context, w Who) (out []store.Passkey, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Passkeys(ctx, w.Clerk.AuthorityID, w.Clerk.ID)
		return err
	})
	return out, err
}

const (
	passkeyNew   = "new:"
	passkeyLogin = "get:"
)

// begin keeps the ceremony's data with the session and returns the browser's options as JSON.
func (s *Service) ceremony(ctx context.Context, w Who, kind string, options any, data *webauthn.SessionData) (string, error) {
	kept, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(options)
	if err != nil {
		return "", err
	}
	return string(text), s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.SetChallenge(ctx, w.Clerk.AuthorityID, w.Session.ID, kind+string(kept))
	})
}

// taken is the ceremony's data, which is good once.
func (s *Service) taken(ctx context.Context, w Who, kind string) (data webauthn.SessionData, err error) {
	var kept string
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		kept, err = tx.TakeChallenge(ctx, w.Clerk.AuthorityID, w.Session.ID)
		return err
	})
	text, ours := strings.CutPrefix(kept, kind)
	if civic.CodeOf(err) == civic.NotFound || err == nil && !ours {
		return data, civic.Errorf(civic.Conflict, "factor_none", "no passkey is expected")
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &data)
	}
	return data, err
}

func refusedPasskey(err error) error {
	return civic.Errorf(civic.Invalid, "passkey_refused", "passkey: %T", err) // its words may hold what the browser sent
}

// NewPasskey begins to register a passkey: options for navigator.credentials.create. password as for NewTOTP.
func (s *Service) NewPasskey(ctx context.Context, w Who, password string) (options string, err error) {
	if err := s.mayEnrol(ctx, w, password); err != nil {
		return "", err
	}
	known, err := s.Passkeys(ctx, w)
	if err != nil {
		return "", err
	}
	if len(known) >= maxPasskeys {
		return "", civic.Errorf(civic.Conflict, "passkey_many", "clerk %s has %d passkeys", w.Clerk.ID, len(known))
	}
	owner, err := ownerOf(w.Clerk, known)
	if err != nil {
		return "", err
	}
	creation, data, err := s.keys.BeginRegistration(owner,
		webauthn.WithExclusions(webauthn.Credentials(owner.keys).CredentialDescriptors()),
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementPreferred),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation))
	if err != nil {
		return "", err
	}
	return s.ceremony(ctx, w, passkeyNew, creation.Response, data)
}

// AddPasskey ends registering: answer is what the browser's credential says as JSON. A session that waited for a factor
// becomes a full one, with a new token.
func (s *Service) AddPasskey(ctx context.Context, w Who, name, answer string) (Who, error) {
	data, err := s.taken(ctx, w, passkeyNew)
	if err != nil {
		return w, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return w, refusedPasskey(err)
	}
	credential, err := s.keys.CreateCredential(passkeyOwner{clerk: w.Clerk}, data, parsed)
	if err != nil {
		return w, refusedPasskey(err)
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return w, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := s.bare(ctx, tx, w); err != nil {
			return err
		}
		now := s.now()
		err := tx.InsertPasskey(ctx, store.Passkey{
			Authority: w.Clerk.AuthorityID, ID: credential.ID, Clerk: w.Clerk.ID, Name: strings.TrimSpace(name), Credential: string(record),
			Created: now, Used: now,
		})
		if err != nil {
			return err
		}
		w.Factors.Passkeys++
		return s.added(ctx, tx, &w, detailFactorPass)
	})
	return w, err
}

// AskPasskey begins the second step of a login: options for navigator.credentials.get.
func (s *Service) AskPasskey(ctx context.Context, w Who) (options string, err error) {
	if w.Session.Stage != civic.StageFactor || w.Factors.Passkeys == 0 {
		return "", civic.Errorf(civic.Conflict, "factor_none", "session is %s", w.Session.Stage)
	}
	known, err := s.Passkeys(ctx, w)
	if err != nil {
		return "", err
	}
	owner, err := ownerOf(w.Clerk, known)
	if err != nil {
		return "", err
	}
	assertion, data, err := s.keys.BeginLogin(owner)
	if err != nil {
		return "", err
	}
	return s.ceremony(ctx, w, passkeyLogin, assertion.Response, data)
}

// Passkey is the second step of a login. The session becomes a full one with a new token.
func (s *Service) Passkey(ctx context.Context, w Who, answer string) (Who, error) {
	data, err := s.taken(ctx, w, passkeyLogin)
	if err != nil {
		return w, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return w, s.wrongPasskey(ctx, w, err)
	}
	known, err := s.Passkeys(ctx, w)
	if err != nil {
		return w, err
	}
	owner, err := ownerOf(w.Clerk, known)
	if err != nil {
		return w, err
	}
	credential, err := s.keys.ValidateLogin(owner, data, parsed)
	if err != nil {
		return w, s.wrongPasskey(ctx, w, err)
	}
	if credential.Authenticator.CloneWarning {
		return w, s.wrongPasskey(ctx, w, nil)
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return w, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		for _, p := range known {
			if !bytes.Equal(p.ID, credential.ID) {
				continue
			}
			p.Credential, p.Used = string(record), s.now()
			if err := tx.UsePasskey(ctx, p); err != nil {
				return err
			}
		}
		return s.complete(ctx, tx, &w)
	})
	return w, err
}

func (s *Service) wrongPasskey(ctx context.Context, w Who, cause error) error {
	if err := s.failed(ctx, w.Clerk, ActFactorFailed, detailFactorPass); err != nil {
		return err
	}
	return refusedPasskey(cause)
}

// PasskeyID is how a passkey is named on the wire.
func PasskeyID(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// RemovePasskey takes one of the own passkeys away. Conflict if it is the last factor and the authority demands one.
func (s *Service) RemovePasskey(ctx context.Context, w Who, password, id string) error {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return civic.Errorf(civic.NotFound, civic.KeyNotFound, "no passkey has such an id")
	}
	return s.removeFactor(ctx, w, password, detailFactorPass, func(tx *store.Tx) error {
		return tx.DeletePasskey(ctx, w.Clerk.AuthorityID, w.Clerk.ID, raw)
	})
}
