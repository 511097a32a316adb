package protocol

import (
	"time"

	"schalter/server/civic"
)

// Start answers GET /api/v1/console/start: what the sign-in screen offers.
type Start struct {
	Setup bool `json:"setup" doc:"nobody is there yet: the first administrator's token is asked for"`
	Mail  bool `json:"mail" doc:"a forgotten password can be mailed"`
}

// Setup is the body of POST /api/v1/console/setup.
type Setup struct {
	Token     string `json:"token" maxLength:"64"`
	Authority string `json:"authority" maxLength:"120" doc:"its name"`
	Slug      string `json:"slug" maxLength:"63"`
	Name      string `json:"name" maxLength:"120"`
	Email     string `json:"email" maxLength:"254"`
	Password  string `json:"password" maxLength:"1024"`
}

// SignInWays answers GET /api/v1/console/authorities/{slug}/sign-in.
type SignInWays struct {
	Slug      string     `json:"slug"`
	Name      civic.Text `json:"name"`
	SSO       bool       `json:"sso"`
	Passwords bool       `json:"passwords" doc:"false: for operators only"`
}

// Forgotten is the body of POST /api/v1/console/password/forgotten. Its answer says nothing about whether there is such
// an account.
type Forgotten struct {
	Email string `json:"email" maxLength:"254"`
}

// TokenLook is the body of POST /api/v1/console/password/token: whose link is it?
type TokenLook struct {
	Token string `json:"token" maxLength:"64"`
}

// TokenOwner answers TokenLook.
type TokenOwner struct {
	Kind      string     `json:"kind" enum:"invitation,reset"`
	Email     string     `json:"email"`
	Name      string     `json:"name"`
	Authority civic.Text `json:"authority"`
}

// TokenPassword is the body of POST /api/v1/console/password/set.
type TokenPassword struct {
	Token    string `json:"token" maxLength:"64"`
	Password string `json:"password" maxLength:"1024"`
}

// NewPassword is the body of PUT /api/v1/console/account/password.
type NewPassword struct {
	Current string `json:"current" maxLength:"1024"`
	Next    string `json:"next" maxLength:"1024"`
}

// PasswordProof is the own password, shown again for something that matters. Empty only while a login waits for its second
// factor to be set up.
type PasswordProof struct {
	Password string `json:"password,omitempty" maxLength:"1024"`
}

// FactorCode is a code of an authenticator app.
type FactorCode struct {
	Code string `json:"code" maxLength:"10"`
}

// NewTOTP answers POST /api/v1/console/account/totp: the key for an authenticator app.
type NewTOTP struct {
	Secret string `json:"secret"`
	URL    string `json:"url" doc:"otpauth://..."`
	QR     QR     `json:"qr" doc:"the URL"`
}

// PasskeyOptions is what the browser's own interface takes, as JSON text: it is the library's, not ours.
type PasskeyOptions struct {
	Options string `json:"options"`
}

// PasskeyAnswer is what the browser's own interface has answered, as JSON text.
type PasskeyAnswer struct {
	Credential string `json:"credential" maxLength:"16384"`
}

// NewPasskey is the body of POST /api/v1/console/account/passkeys.
type NewPasskey struct {
	Name       string `json:"name" maxLength:"60"`
	Credential string `json:"credential" maxLength:"16384"`
}

// Account answers GET /api/v1/console/account.
type Account struct {
	Name         string        `json:"name"`
	Email        string        `json:"email"`
	Password     bool          `json:"password" doc:"signs in with a password of the own"`
	SSO          bool          `json:"sso" doc:"linked to single sign-on"`
	SecondFactor bool          `json:"second_factor" doc:"the authority demands one"`
	TOTP         bool          `json:"totp"`
	Passkeys     []PasskeyView `json:"passkeys"`
}

// PasskeyView is a passkey as its owner sees it.
type PasskeyView struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created_at"`
	Used    time.Time `json:"used_at"`
}

// SessionList answers GET /api/v1/console/account/sessions, and the one of a colleague.
type SessionList struct {
	Sessions []SessionView `json:"sessions"`
}

// SessionView is a login.
type SessionView struct {
	ID      civic.SessionID `json:"id"`
	Agent   string          `json:"agent" doc:"browser and system in words; empty: unknown"`
	Since   time.Time       `json:"since"`
	Seen    time.Time       `json:"seen"`
	Current bool            `json:"current,omitempty" doc:"this very one"`
}
