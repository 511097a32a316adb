package protocol

import "schalter/server/civic"

// Staff answers GET /api/v1/console/staff.
type Staff struct {
	Members []StaffMember `json:"members" doc:"by name"`
	Offices []ClerkOffice `json:"offices" doc:"of the authority"`
	Mail    bool          `json:"mail" doc:"links are mailed; else they are shown once"`
	SSO     bool          `json:"sso"`
}

// StaffMember is a colleague's account.
type StaffMember struct {
	ID       civic.ClerkID    `json:"id"`
	Name     string           `json:"name"`
	Email    string           `json:"email"`
	Role     civic.Role       `json:"role" enum:"clerk,supervisor,admin,operator"`
	Offices  []civic.OfficeID `json:"offices"`
	Contact  bool             `json:"contact" doc:"shown by name on the board"`
	Disabled bool             `json:"disabled"`
	State    string           `json:"state" enum:"active,invited,expired,sso" doc:"invited: has no password yet; expired: and the invitation is over"`
	Factors  SecondFactors    `json:"factors"`
	Subject  string           `json:"subject,omitempty" doc:"linked by single sign-on"`
	Sessions int              `json:"sessions"`
}

// StaffProfile is the body of PUT /api/v1/console/staff/{clerk}.
type StaffProfile struct {
	Name     string           `json:"name" maxLength:"120"`
	Role     civic.Role       `json:"role" maxLength:"12"`
	Offices  []civic.OfficeID `json:"offices" maxItems:"200" maxLength:"64"`
	Contact  bool             `json:"contact"`
	Disabled bool             `json:"disabled"`
}

// StaffInvitation is the body of POST /api/v1/console/staff.
type StaffInvitation struct {
	Email   string           `json:"email" maxLength:"254"`
	Name    string           `json:"name" maxLength:"120"`
	Role    civic.Role       `json:"role" maxLength:"12"`
	Offices []civic.OfficeID `json:"offices" maxItems:"200" maxLength:"64"`
	Contact bool             `json:"contact"`
}

// Invited answers an invitation. The link is there only if no mail was sent: it is shown once.
type Invited struct {
	Member *StaffMember `json:"member,omitempty"`
	Link   string       `json:"link,omitempty"`
	Failed bool         `json:"failed,omitempty" doc:"mail is set up, but was not taken"`
}

// SubjectLink is the body of PUT /api/v1/console/staff/{clerk}/sso. Empty: no link.
type SubjectLink struct {
	Subject string `json:"subject" maxLength:"255"`
}

// SignInRules is the body and answer of /api/v1/console/sign-in-rules.
type SignInRules struct {
	SecondFactor bool       `json:"second_factor"`
	Issuer       string     `json:"issuer" maxLength:"500" doc:"empty: no single sign-on"`
	ClientID     string     `json:"client_id" maxLength:"255"`
	ClientSecret string     `json:"client_secret,omitempty" maxLength:"500" doc:"never answered; empty keeps the one that is there"`
	HasSecret    bool       `json:"has_secret,omitempty"`
	GroupsClaim  string     `json:"groups_claim" maxLength:"100" doc:"empty: groups"`
	Groups       []SSOGroup `json:"groups" maxItems:"100"`
	Only         bool       `json:"only" doc:"no passwords, but for operators"`
	Callback     string     `json:"callback,omitempty" maxLength:"500" doc:"what the issuer has to allow as redirect URI"`
}

// SSOGroup is what a group of the issuer means here.
type SSOGroup struct {
	Group   string           `json:"group" maxLength:"255"`
	Role    civic.Role       `json:"role" maxLength:"12"`
	Offices []civic.OfficeID `json:"offices" maxItems:"200" maxLength:"64"`
}

// AuthorityList answers GET /api/v1/operator/authorities.
type AuthorityList struct {
	Authorities []AuthorityCount `json:"authorities"`
	Mail        bool             `json:"mail"`
}

// AuthorityCount is all that an operator sees of an authority.
type AuthorityCount struct {
	Slug      string     `json:"slug"`
	Name      civic.Text `json:"name"`
	Offices   int        `json:"offices"`
	Clerks    int        `json:"clerks"`
	Published bool       `json:"published"`
}

// FoundAuthority is the body of POST /api/v1/operator/authorities.
type FoundAuthority struct {
	Authority string `json:"authority" maxLength:"120" doc:"its name"`
	Slug      string `json:"slug" maxLength:"63"`
	Name      string `json:"name" maxLength:"120" doc:"of its first administrator"`
	Email     string `json:"email" maxLength:"254"`
}
