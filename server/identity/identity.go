// Package identity says who is asking: clerks by password, second factor or single sign-on and then by session, citizens
// by their ticket's secret. It keeps the accounts: invitations, staff, the first administrator.
//
// May import: store, civic, mail, the libraries of its methods of login (argon2id, otp, go-webauthn, go-oidc), uuid and
// the standard library.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/go-webauthn/webauthn/webauthn"

	"schalter/server/civic"
	"schalter/server/mail"
	"schalter/server/store"
)

// Config is what identity has to know of the world.
type Config struct {
	ConsoleURL string       // origin of the console: links lead there, passkeys are bound to its host
	Mail       *mail.Sender // nil: links are shown to the administrator instead
	Taken      []string     // slugs that no authority may have: our own pages stand there
	// SSONetworks are private networks in which issuers of single sign-on may stand; over http only on loopback.
	SSONetworks []netip.Prefix
}

// Service knows clerks, sessions and ticket secrets.
type Service struct {
	store   *store.Store
	cfg     Config
	now     func() time.Time
	log     *slog.Logger
	slots   chan struct{} // bounds the memory of hashes under way
	decoy   string        // compared when the account is unknown, so that both answers take equally long
	keys    *webauthn.WebAuthn
	issuers issuers

	background sync.WaitGroup // mail under way
	mu         sync.Mutex     // guards setupFile
	setupFile  string         // holds the first administrator's token; empty: none
}

// New makes the service. now is the clock.
func New(st *store.Store, cfg Config, now func() time.Time, log *slog.Logger) (*Service, error) {
	decoy, err := argon2id.CreateHash(rand.Text(), hashing)
	if err != nil {
		return nil, err
	}
	s := &Service{store: st, cfg: cfg, now: now, log: log, slots: make(chan struct{}, 4), decoy: decoy}
	s.issuers = newIssuers(cfg.SSONetworks)
	console, err := url.Parse(cfg.ConsoleURL)
	if err != nil {
		return nil, fmt.Errorf("console-url: %w", err)
	}
	if console.Hostname() == "" { // a command that signs nobody in
		return s, nil
	}
	s.keys, err = webauthn.New(&webauthn.Config{RPID: console.Hostname(), RPDisplayName: "Schalter", RPOrigins: []string{cfg.ConsoleURL}})
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", console.Hostname(), err)
	}
	return s, nil
}

// Close waits for mail under way.
func (s *Service) Close() { s.background.Wait() }

// Mails says whether mail can be sent.
func (s *Service) Mails() bool { return s.cfg.Mail != nil }

// Secret is 128 random bits or more as text, to be handed out once, and the hash that is stored.
type Secret struct {
	Text string
	Hash []byte
}

// NewSecret draws a secret of 130 bits.
func NewSecret() Secret {
	text := rand.Text()
	return Secret{text, Hash(text)}
}

// Hash is how secrets are stored: SHA-256. They have 128 random bits, so that no salt is needed.
func Hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// Acts of the audit log. Their subject is a clerk's id; nothing that anybody typed is in them.
const (
	ActLogin          = "login"
	ActLoginFailed    = "login.failed"
	ActLogout         = "logout"
	ActSessionsEnded  = "sessions.ended"
	ActPassword       = "password.changed"
	ActFactorAdded    = "factor.added"
	ActFactorRemoved  = "factor.removed"
	ActFactorsReset   = "factors.reset"
	ActFactorFailed   = "factor.failed"
	ActInvited        = "staff.invited"
	ActStaffChanged   = "staff.changed"
	ActRoleChanged    = "staff.role"
	ActOfficeGiven    = "staff.office_given"
	ActOfficeTaken    = "staff.office_taken"
	ActStaffDisabled  = "staff.disabled"
	ActStaffEnabled   = "staff.enabled"
	ActStaffDeleted   = "staff.deleted"
	ActLinked         = "staff.linked"
	ActResetSent      = "password.reset_sent"
	ActSignInRules    = "sign_in.changed"
	ActAuthorityFound = "authority.founded"
	ActFirstAdmin     = "setup.done"
	ActSSORefused     = "sso.refused"
	ActAccountBySSO   = "sso.account"
	ActRoleBySSO      = "sso.role"
)

// Words of the log's details.
const (
	detailFactorTOTP   = "totp"
	detailFactorPass   = "passkey"
	detailWaySSO       = "sso"
	detailWayPassword  = "password"
	detailWayToken     = "token"
	detailWaySetup     = "setup"
	detailReasonWrong  = "wrong"
	detailReasonLocked = "disabled"
)

// note writes a line of the audit log about a clerk.
func (s *Service) note(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, by civic.ClerkID, act string, about civic.ClerkID, detail ...string) error {
	e := store.AuditEntry{Authority: authority, At: s.now(), Clerk: by, Act: act, Subject: string(about)}
	for i := 0; i+1 < len(detail); i += 2 {
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		e.Detail[detail[i]] = detail[i+1]
	}
	return tx.InsertAudit(ctx, e)
}
