package web

import (
	"slices"
	"strings"

	"net/http"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/settings"
)

// Site says on which of the two origins a route answers. On the other it does not exist.
type Site int

// The sites.
const (
	Public  Site = iota + 1 // board, frame, citizens' API
	Console                 // clerks
	Both                    // the room, for both sides join; the board, for a clerk passes people on to any office
)

// Route is one line of the list below: all that a reviewer wants to know about an entrance.
type Route struct {
	Method string
	Path   string // with {names}; {path...} takes the rest
	Site   Site
	Role   civic.Role           // who may; checked before the handler runs
	During []civic.SessionStage // how far a login may have come; none: it must be full
	Body   any                  // zero value of the request's type; nil: none
	Answer any                  // zero value of the answer's type; nil: none
	Status int                  // of success
	Kind   Kind
	Limit  Limit
	Bytes  int    // of the body at most, if it is more than bodyLimit; such a path has no {names}
	Do     string // what it does, for the document
	Handle func(*Server, *fiber.Ctx) error
	Socket *Socket // its frames, of a socket
}

// Kind decides which security headers an answer carries.
type Kind int

// The kinds.
const (
	API      Kind = iota + 1
	OpenData      // readable by any page: the board's data and script
	Asset         // hashed files of our pages
	Framed        // pages in the town's page
	OwnPage       // pages of their own, never framed
	ClerkApp      // the console
	Preview       // the board in the console's preview
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete

	nobody  = civic.RoleNobody
	citizen = civic.RoleCitizen
	guest   = civic.RoleGuest
	clerk   = civic.RoleClerk

	supervisor = civic.RoleSupervisor
	admin      = civic.RoleAdmin

	operator = civic.RoleOperator
)

// How far a login may have come at the routes of its next step.
var (
	anyStage    = []civic.SessionStage{civic.StageFactor, civic.StageEnrol}
	factorStage = []civic.SessionStage{civic.StageFactor}
	enrolStage  = []civic.SessionStage{civic.StageEnrol}
)

// Routes is the whole surface of the server. A route that is not in here does not exist, and a test walks every line
// as every role. More specific paths stand before less specific ones.
var Routes = []Route{
	// Citizens: the board.
	{Method: get, Path: "/api/v1/authorities/{slug}/board", Site: Both, Role: nobody, Kind: OpenData,
		Answer: protocol.Board{}, Status: 200, Do: "All that the public sees of an authority. Has an ETag.", Handle: (*Server).board},

	// Citizens: the ticket.
	{Method: post, Path: "/api/v1/tickets", Site: Public, Role: nobody, Kind: API, Limit: LimitDraw,
		Body: protocol.Draw{}, Answer: protocol.Drawn{}, Status: 201, Do: "Draws a number. Needs the header Idempotency-Key.", Handle: (*Server).draw},
	{Method: get, Path: "/api/v1/ticket", Site: Public, Role: citizen, Kind: API,
		Answer: protocol.CitizenTicket{}, Status: 200, Do: "The own ticket.", Handle: (*Server).ticket},
	{Method: patch, Path: "/api/v1/ticket", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Body: protocol.About{}, Answer: protocol.CitizenTicket{}, Status: 200, Do: "Says more about oneself.", Handle: (*Server).about},
	{Method: post, Path: "/api/v1/ticket/enter", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Answer: protocol.Grant{}, Status: 200, Do: "Enters the conversation, or renews the grant while it runs.", Handle: (*Server).enter},
	{Method: post, Path: "/api/v1/ticket/probe", Site: Public, Role: citizen, Kind: API, Limit: LimitProbe,
		Body: protocol.Probe{}, Answer: protocol.Probed{}, Status: 200, Do: "Tests the way to the media switch: a connection of a few seconds, with nobody at its other end.", Handle: (*Server).probe},
	{Method: post, Path: "/api/v1/ticket/colleague", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Body: protocol.ColleagueAnswer{}, Status: 204, Do: "Lets a colleague of the clerk into the conversation, or not, or no more.", Handle: (*Server).answerColleague},
	{Method: post, Path: "/api/v1/ticket/more-time", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Answer: protocol.CitizenTicket{}, Status: 200, Do: "Asks for more time; the place is kept.", Handle: (*Server).moreTime},
	{Method: post, Path: "/api/v1/ticket/leave", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Answer: protocol.CitizenTicket{}, Status: 200, Do: "Gives the place up, or ends the conversation.", Handle: (*Server).leave},
	{Method: post, Path: "/api/v1/ticket/return", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Answer: protocol.CitizenTicket{}, Status: 200, Do: "A missed citizen comes back.", Handle: (*Server).comeBack},
	{Method: post, Path: "/api/v1/ticket/resume", Site: Public, Role: nobody, Kind: API, Limit: LimitResume,
		Body: protocol.Resume{}, Answer: protocol.Drawn{}, Status: 200, Do: "Exchanges a one-time code for the ticket.", Handle: (*Server).resume},
	{Method: post, Path: "/api/v1/ticket/resume-code", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Answer: protocol.ResumeCode{}, Status: 200, Do: "A one-time code for another tab or page load.", Handle: (*Server).resumeCode},
	{Method: post, Path: "/api/v1/ticket/move-code", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Answer: protocol.MoveCode{}, Status: 200, Do: "A one-time code that moves the ticket to another device.", Handle: (*Server).moveCode},
	{Method: get, Path: "/api/v1/ticket/export", Site: Public, Role: citizen, Kind: API,
		Answer: protocol.TicketExport{}, Status: 200, Do: "All that is kept of the citizen.", Handle: (*Server).export},
	{Method: remove, Path: "/api/v1/ticket", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Gives the place up and deletes all that is kept of the citizen.", Handle: (*Server).forget},
	{Method: get, Path: "/api/v1/ticket/socket", Site: Public, Role: nobody, Kind: API, Limit: LimitSocket,
		Status: 101, Do: "Live views of the own ticket. The cookie or the first frame says whose.", Socket: &TicketSocket, Handle: (*Server).ticketSocket},

	// Citizens: guests.
	{Method: post, Path: "/api/v1/ticket/guests/{guest}", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Body: protocol.GuestAnswer{}, Status: 204, Do: "Lets a guest of the own conversation in, or not, or no more.", Handle: (*Server).answerGuest},

	// Guests.
	{Method: post, Path: "/api/v1/guest/knock", Site: Public, Role: guest, Kind: API, Limit: LimitWrite,
		Answer: protocol.GuestView{}, Status: 200, Do: "The guest is there and asks to be let in.", Handle: (*Server).knock},
	{Method: post, Path: "/api/v1/guest/grant", Site: Public, Role: guest, Kind: API, Limit: LimitWrite,
		Answer: protocol.Grant{}, Status: 200, Do: "The room, once the citizen has agreed.", Handle: (*Server).guestGrant},
	{Method: get, Path: "/api/v1/guest/socket", Site: Public, Role: nobody, Kind: API, Limit: LimitSocket,
		Status: 101, Do: "Live views of an invitation. The token in the first frame says whose.", Socket: &GuestSocket, Handle: (*Server).guestSocket},

	// Both sides: the room.
	{Method: get, Path: "/api/v1/room", Site: Both, Role: nobody, Kind: API, Limit: LimitSocket,
		Status: 101, Do: "Signalling of a room. The grant in the first frame says who.", Socket: &RoomSocket, Handle: (*Server).room},
	{Method: get, Path: "/api/v1/captions", Site: Public, Role: nobody, Kind: API, Limit: LimitSocket,
		Status: 101, Do: "Captions into a visit, by the operator's own speech-to-text server. The token in the first frame says into which.", Socket: &CaptionsSocket, Handle: (*Server).captions},

	// Clerks.
	{Method: post, Path: "/api/v1/console/session", Site: Console, Role: nobody, Kind: API, Limit: LimitLogin,
		Body: protocol.Login{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "Logs in.", Handle: (*Server).login},
	{Method: get, Path: "/api/v1/console/session", Site: Console, Role: clerk, During: anyStage, Kind: API,
		Answer: protocol.ClerkSession{}, Status: 200, Do: "Who is logged in, and how far.", Handle: (*Server).session},
	{Method: remove, Path: "/api/v1/console/session", Site: Console, Role: clerk, During: anyStage, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Logs out. A running conversation is interrupted.", Handle: (*Server).logout},
	{Method: post, Path: "/api/v1/console/session/code", Site: Console, Role: clerk, During: factorStage, Kind: API, Limit: LimitWrite,
		Body: protocol.FactorCode{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "Second step: a code of an authenticator app.", Handle: (*Server).sessionCode},
	{Method: post, Path: "/api/v1/console/session/passkey-options", Site: Console, Role: clerk, During: factorStage, Kind: API, Limit: LimitWrite,
		Answer: protocol.PasskeyOptions{}, Status: 200, Do: "Second step: what the browser needs to ask for a passkey.", Handle: (*Server).sessionPasskeyOptions},
	{Method: post, Path: "/api/v1/console/session/passkey", Site: Console, Role: clerk, During: factorStage, Kind: API, Limit: LimitWrite,
		Body: protocol.PasskeyAnswer{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "Second step: a passkey.", Handle: (*Server).sessionPasskey},

	// Accounts: the way in.
	{Method: get, Path: "/api/v1/console/start", Site: Console, Role: nobody, Kind: API,
		Answer: protocol.Start{}, Status: 200, Do: "What the sign-in screen offers.", Handle: (*Server).start},
	{Method: post, Path: "/api/v1/console/setup", Site: Console, Role: nobody, Kind: API, Limit: LimitLogin,
		Body: protocol.Setup{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "The first administrator, by one-time token; refused for ever once anybody is there.", Handle: (*Server).setup},
	{Method: get, Path: "/api/v1/console/authorities/{slug}/sign-in", Site: Console, Role: nobody, Kind: API, Limit: LimitResume,
		Answer: protocol.SignInWays{}, Status: 200, Do: "How the clerks of an authority sign in.", Handle: (*Server).signInWays},
	{Method: get, Path: "/api/v1/console/sso/{slug}", Site: Console, Role: nobody, Kind: API, Limit: LimitLogin,
		Status: 303, Do: "Begins single sign-on: leads to the issuer.", Handle: (*Server).beginSSO},
	{Method: get, Path: "/api/v1/console/sso-callback/{slug}", Site: Console, Role: nobody, Kind: API, Limit: LimitLogin,
		Status: 200, Do: "Ends single sign-on: the issuer leads here.", Handle: (*Server).finishSSO},
	{Method: post, Path: "/api/v1/console/password/forgotten", Site: Console, Role: nobody, Kind: API, Limit: LimitLogin,
		Body: protocol.Forgotten{}, Status: 204, Do: "Mails a link, if there is such an account; never says whether.", Handle: (*Server).forgotten},
	{Method: post, Path: "/api/v1/console/password/token", Site: Console, Role: nobody, Kind: API, Limit: LimitResume,
		Body: protocol.TokenLook{}, Answer: protocol.TokenOwner{}, Status: 200, Do: "Whose link this is.", Handle: (*Server).tokenOwner},
	{Method: post, Path: "/api/v1/console/password/set", Site: Console, Role: nobody, Kind: API, Limit: LimitResume,
		Body: protocol.TokenPassword{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "Sets the password by a link, and signs in.", Handle: (*Server).tokenPassword},

	// Accounts: the own one.
	{Method: get, Path: "/api/v1/console/account", Site: Console, Role: clerk, During: enrolStage, Kind: API,
		Answer: protocol.Account{}, Status: 200, Do: "The own account and its factors.", Handle: (*Server).account},
	{Method: put, Path: "/api/v1/console/account/password", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.NewPassword{}, Status: 204, Do: "Sets another password; other logins end.", Handle: (*Server).newPassword},
	{Method: post, Path: "/api/v1/console/account/totp", Site: Console, Role: clerk, During: enrolStage, Kind: API, Limit: LimitWrite,
		Body: protocol.PasswordProof{}, Answer: protocol.NewTOTP{}, Status: 200, Do: "Begins to set up an authenticator app.", Handle: (*Server).newTOTP},
	{Method: post, Path: "/api/v1/console/account/totp/confirm", Site: Console, Role: clerk, During: enrolStage, Kind: API, Limit: LimitWrite,
		Body: protocol.FactorCode{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "Ends it by a first code.", Handle: (*Server).confirmTOTP},
	{Method: post, Path: "/api/v1/console/account/totp/remove", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.PasswordProof{}, Status: 204, Do: "Takes the authenticator app away.", Handle: (*Server).removeTOTP},
	{Method: post, Path: "/api/v1/console/account/passkey-options", Site: Console, Role: clerk, During: enrolStage, Kind: API, Limit: LimitWrite,
		Body: protocol.PasswordProof{}, Answer: protocol.PasskeyOptions{}, Status: 200, Do: "Begins to register a passkey.", Handle: (*Server).newPasskeyOptions},
	{Method: post, Path: "/api/v1/console/account/passkeys", Site: Console, Role: clerk, During: enrolStage, Kind: API, Limit: LimitWrite,
		Body: protocol.NewPasskey{}, Answer: protocol.ClerkSession{}, Status: 200, Do: "Ends it.", Handle: (*Server).addPasskey},
	{Method: post, Path: "/api/v1/console/account/passkeys/{passkey}/remove", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.PasswordProof{}, Status: 204, Do: "Takes a passkey away.", Handle: (*Server).removePasskey},
	{Method: get, Path: "/api/v1/console/account/sessions", Site: Console, Role: clerk, Kind: API,
		Answer: protocol.SessionList{}, Status: 200, Do: "The own logins.", Handle: (*Server).ownSessions},
	{Method: remove, Path: "/api/v1/console/account/sessions/{session}", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Ends one of them.", Handle: (*Server).endOwnSession},
	{Method: remove, Path: "/api/v1/console/account/sessions", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Logs out everywhere.", Handle: (*Server).endOwnSessions},

	// Accounts: those of the authority.
	{Method: get, Path: "/api/v1/console/staff", Site: Console, Role: admin, Kind: API,
		Answer: protocol.Staff{}, Status: 200, Do: "The accounts of the authority.", Handle: (*Server).staff},
	{Method: post, Path: "/api/v1/console/staff", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.StaffInvitation{}, Answer: protocol.Invited{}, Status: 201, Do: "Invites somebody.", Handle: (*Server).inviteStaff},
	{Method: put, Path: "/api/v1/console/staff/{clerk}", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.StaffProfile{}, Answer: protocol.StaffMember{}, Status: 200, Do: "Changes an account; another role or disabling ends its logins.", Handle: (*Server).changeStaff},
	{Method: remove, Path: "/api/v1/console/staff/{clerk}", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Deletes a disabled account for good; what points at it shows no name any more.", Handle: (*Server).deleteStaff},
	{Method: post, Path: "/api/v1/console/staff/{clerk}/invitation", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Answer: protocol.Invited{}, Status: 200, Do: "Sends another invitation, or a link to set a password.", Handle: (*Server).inviteAgain},
	{Method: remove, Path: "/api/v1/console/staff/{clerk}/factors", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Takes all second factors away.", Handle: (*Server).resetFactors},
	{Method: put, Path: "/api/v1/console/staff/{clerk}/sso", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.SubjectLink{}, Status: 204, Do: "Links the account to single sign-on.", Handle: (*Server).linkSSO},
	{Method: get, Path: "/api/v1/console/staff/{clerk}/sessions", Site: Console, Role: admin, Kind: API,
		Answer: protocol.SessionList{}, Status: 200, Do: "The logins of a colleague.", Handle: (*Server).staffSessions},
	{Method: remove, Path: "/api/v1/console/staff/{clerk}/sessions/{session}", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Ends one of them.", Handle: (*Server).endStaffSession},
	{Method: remove, Path: "/api/v1/console/staff/{clerk}/sessions", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Ends all of them.", Handle: (*Server).endStaffSessions},
	{Method: get, Path: "/api/v1/console/sign-in-rules", Site: Console, Role: admin, Kind: API,
		Answer: protocol.SignInRules{}, Status: 200, Do: "How the clerks must sign in.", Handle: (*Server).signInRules},
	{Method: put, Path: "/api/v1/console/sign-in-rules", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.SignInRules{}, Answer: protocol.SignInRules{}, Status: 200, Do: "Sets that: second factor, single sign-on.", Handle: (*Server).setSignInRules},

	// Authorities: of operators.
	{Method: get, Path: "/api/v1/operator/authorities", Site: Console, Role: operator, Kind: API,
		Answer: protocol.AuthorityList{}, Status: 200, Do: "All authorities, from outside.", Handle: (*Server).authorities},
	{Method: post, Path: "/api/v1/operator/authorities", Site: Console, Role: operator, Kind: API, Limit: LimitWrite,
		Body: protocol.FoundAuthority{}, Answer: protocol.Invited{}, Status: 201, Do: "Founds an authority and invites its first administrator.", Handle: (*Server).foundAuthority},

	// Clerks at work.
	{Method: post, Path: "/api/v1/console/desks", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.OpenDesk{}, Answer: protocol.OfficeView{}, Status: 200, Do: "Opens a desk at an office.", Handle: (*Server).openDesk},
	{Method: post, Path: "/api/v1/console/desks/{desk}/pause", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.PauseDesk{}, Answer: protocol.OfficeView{}, Status: 200, Do: "A short break.", Handle: (*Server).pauseDesk},
	{Method: post, Path: "/api/v1/console/desks/{desk}/resume", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Ends the break.", Handle: (*Server).resumeDesk},
	{Method: post, Path: "/api/v1/console/desks/{desk}/close", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Closes the desk.", Handle: (*Server).closeDesk},
	{Method: post, Path: "/api/v1/console/desks/{desk}/call", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.CallTicket{}, Answer: protocol.CallResult{}, Status: 200, Do: "Calls the next ticket, or a certain one, and admits it.", Handle: (*Server).call},
	{Method: post, Path: "/api/v1/console/desks/{desk}/recall", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Calls the called ticket again, with a full call window; the call before counts as in vain.", Handle: (*Server).recall},
	{Method: post, Path: "/api/v1/console/desks/{desk}/take", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.TakeTicket{}, Answer: protocol.CallResult{}, Status: 200, Do: "Takes over a ticket whose clerk vanished.", Handle: (*Server).take},
	{Method: post, Path: "/api/v1/console/desks/{desk}/lapse", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Takes the call back: nobody came.", Handle: (*Server).lapse},
	{Method: post, Path: "/api/v1/console/desks/{desk}/finish", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Ends the conversation.", Handle: (*Server).finish},
	{Method: post, Path: "/api/v1/console/desks/{desk}/park", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Puts the ticket aside for a while.", Handle: (*Server).park},
	{Method: post, Path: "/api/v1/console/desks/{desk}/transfer", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.TransferTicket{}, Answer: protocol.OfficeView{}, Status: 200, Do: "Passes the ticket on to another office.", Handle: (*Server).transfer},
	{Method: post, Path: "/api/v1/console/desks/{desk}/captioner", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.CaptionerLink{}, Status: 201, Do: "A token for captions into the present visit; the one before is void.", Handle: (*Server).issueCaptioner},
	{Method: remove, Path: "/api/v1/console/desks/{desk}/captioner", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Ends captions into the present visit.", Handle: (*Server).withdrawCaptioner},
	{Method: post, Path: "/api/v1/console/desks/{desk}/grant", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.Grant{}, Status: 200, Do: "Renews the clerk's grant for the room of the current ticket.", Handle: (*Server).renewGrant},
	{Method: post, Path: "/api/v1/console/desks/{desk}/guests", Site: Console, Role: clerk, Kind: API, Limit: LimitInvite,
		Body: protocol.InviteGuest{}, Answer: protocol.GuestInvitation{}, Status: 201, Do: "Invites a guest to the visit at the desk.", Handle: (*Server).inviteGuest},
	{Method: put, Path: "/api/v1/console/desks/{desk}/guests/{guest}", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.SilenceGuest{}, Status: 204, Do: "Switches a guest's sound and picture off or on.", Handle: (*Server).silenceGuest},
	{Method: remove, Path: "/api/v1/console/desks/{desk}/guests/{guest}", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Status: 204, Do: "Takes an invitation back, or a guest out of the room.", Handle: (*Server).removeGuest},
	{Method: put, Path: "/api/v1/console/desks/{desk}/lock", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.LockRoom{}, Status: 204, Do: "Shuts the room to further guests, or opens it again.", Handle: (*Server).lockRoom},
	{Method: put, Path: "/api/v1/console/offices/{office}/issuing", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.IssuingSwitch{}, Answer: protocol.OfficeView{}, Status: 200, Do: "Starts or stops the issuing of numbers, for today.", Handle: (*Server).issuing},
	{Method: put, Path: "/api/v1/console/offices/{office}/message", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.Message{}, Answer: protocol.OfficeView{}, Status: 200, Do: "Tells all who wait something.", Handle: (*Server).message},
	{Method: post, Path: "/api/v1/console/offices/{office}/tickets/{ticket}/transfer", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.TransferTicket{}, Answer: protocol.OfficeView{}, Status: 200, Do: "Passes a waiting ticket on to another office.", Handle: (*Server).transferWaiting},
	{Method: post, Path: "/api/v1/console/offices/{office}/tickets/{ticket}/return", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.OfficeView{}, Status: 200, Do: "Puts a missed ticket back at the head of the queue.", Handle: (*Server).putBack},
	{Method: get, Path: "/api/v1/console/colleagues", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.Colleagues{}, Status: 200, Do: "Who of the authority is at work and can be asked.", Handle: (*Server).colleagues},
	{Method: post, Path: "/api/v1/console/desks/{desk}/consult", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.AskColleague{}, Answer: protocol.Consults{}, Status: 200, Do: "Asks a colleague about the conversation at the desk.", Handle: (*Server).askColleague},
	{Method: post, Path: "/api/v1/console/consults/{consult}/move", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.MoveConsult{}, Answer: protocol.Consults{}, Status: 200, Do: "A move of a consult: of who asked, or of the colleague.", Handle: (*Server).moveConsult},
	{Method: post, Path: "/api/v1/console/consults/{consult}/lines", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Body: protocol.ConsultLine{}, Answer: protocol.Consults{}, Status: 200, Do: "Says a line in the chat of a consult.", Handle: (*Server).sayInConsult},
	{Method: post, Path: "/api/v1/console/consults/{consult}/grant", Site: Console, Role: clerk, Kind: API, Limit: LimitWrite,
		Answer: protocol.Grant{}, Status: 200, Do: "Admits to where the consult takes place: its own room, or, the colleague, the visit's.", Handle: (*Server).grantConsult},
	{Method: get, Path: "/api/v1/console/socket", Site: Console, Role: clerk, Kind: API, Limit: LimitSocket,
		Status: 101, Do: "Live views of the clerk's offices.", Socket: &ConsoleSocket, Handle: (*Server).consoleSocket},

	// Administration.
	{Method: get, Path: "/api/v1/console/settings", Site: Console, Role: supervisor, Kind: API,
		Answer: protocol.Settings{}, Status: 200, Do: "All settings that one may see.", Handle: (*Server).settings},
	{Method: put, Path: "/api/v1/console/settings/authority", Site: Console, Role: admin, Kind: API, Limit: LimitWrite, Bytes: 256 << 10,
		Body: protocol.ChangeAuthority{}, Answer: protocol.Settings{}, Status: 200, Do: "Changes the authority, section by section.", Handle: (*Server).saveAuthority},
	{Method: post, Path: "/api/v1/console/settings/offices", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.ChangeOffice{}, Answer: protocol.Settings{}, Status: 200, Do: "A new office.", Handle: (*Server).addOffice},
	{Method: put, Path: "/api/v1/console/settings/offices/{office}", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.ChangeOffice{}, Answer: protocol.Settings{}, Status: 200, Do: "Changes an office and its topics.", Handle: (*Server).saveOffice},
	{Method: put, Path: "/api/v1/console/settings/offices/{office}/hours", Site: Console, Role: supervisor, Kind: API, Limit: LimitWrite,
		Body: protocol.ChangeHours{}, Answer: protocol.Settings{}, Status: 200, Do: "Changes the hours, closures and extra openings of an office.", Handle: (*Server).saveHours},
	{Method: put, Path: "/api/v1/console/settings/offices/{office}/retired", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.RetireOffice{}, Answer: protocol.Settings{}, Status: 200, Do: "Takes an office off the board, or brings it back.", Handle: (*Server).retireOffice},
	{Method: put, Path: "/api/v1/console/settings/order", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Body: protocol.OfficeOrder{}, Answer: protocol.Settings{}, Status: 200, Do: "The order of the offices on the board.", Handle: (*Server).orderOffices},
	{Method: put, Path: "/api/v1/console/settings/logo", Site: Console, Role: admin, Kind: API, Limit: LimitHeavy, Bytes: settings.LogoBytes,
		Answer: protocol.Settings{}, Status: 200, Do: "The logo: the body is a PNG or JPEG of at most 200 KB.", Handle: (*Server).saveLogo},
	{Method: remove, Path: "/api/v1/console/settings/logo", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Answer: protocol.Settings{}, Status: 200, Do: "Removes the logo.", Handle: (*Server).deleteLogo},
	{Method: get, Path: "/api/v1/console/settings/export", Site: Console, Role: admin, Kind: API,
		Status: 200, Do: "All settings as one YAML file.", Handle: (*Server).exportSettings},
	{Method: post, Path: "/api/v1/console/settings/import", Site: Console, Role: admin, Kind: API, Limit: LimitHeavy, Bytes: 2 * settings.FileBytes,
		Body: protocol.ImportSettings{}, Answer: protocol.Imported{}, Status: 200, Do: "Makes of the settings what a file says, or tells what that would change.", Handle: (*Server).importSettings},
	{Method: get, Path: "/api/v1/console/settings/audit", Site: Console, Role: admin, Kind: API,
		Answer: protocol.AuditLog{}, Status: 200, Do: "The audit log of the days from and to.", Handle: (*Server).auditLog},
	{Method: get, Path: "/api/v1/console/settings/audit.csv", Site: Console, Role: admin, Kind: API, Limit: LimitHeavy,
		Status: 200, Do: "The same as CSV.", Handle: (*Server).auditCSV},

	// Statistics: a supervisor's are of own offices.
	{Method: get, Path: "/api/v1/console/statistics", Site: Console, Role: supervisor, Kind: API, Limit: LimitWrite,
		Answer: protocol.Statistics{}, Status: 200, Do: "Figures of the days ?from= to ?to=, of one ?office= or all, ?by= hour, weekday, day, month, office, topic or clerk.", Handle: (*Server).statistics},
	{Method: get, Path: "/api/v1/console/statistics.csv", Site: Console, Role: supervisor, Kind: API, Limit: LimitWrite,
		Status: 200, Do: "The same for a spreadsheet, in ?lang= de or en.", Handle: (*Server).statisticsFile},
	{Method: get, Path: "/api/v1/console/statistics/year", Site: Console, Role: admin, Kind: API, Limit: LimitWrite,
		Answer: protocol.StatisticsYear{}, Status: 200, Do: "What the authority publishes of one ?year=.", Handle: (*Server).statisticsYear},

	// Embedding.
	{Method: get, Path: "/api/v1/console/embedding", Site: Console, Role: supervisor, Kind: API,
		Answer: protocol.Embedding{}, Status: 200, Do: "What the lines for the town's page are made of.", Handle: (*Server).embedding},
	{Method: get, Path: "/api/v1/console/poster.pdf", Site: Console, Role: supervisor, Kind: API, Limit: LimitHeavy,
		Status: 200, Do: "A poster with a QR code, as PDF; ?office=SLUG for one office.", Handle: (*Server).posterFile},

	// Pages and files.
	{Method: get, Path: "/logo/{slug}", Site: Both, Role: nobody, Kind: Asset, Status: 200, Handle: (*Server).logo},
	{Method: get, Path: "/assets/{path...}", Site: Both, Role: nobody, Kind: Asset, Status: 200, Handle: (*Server).asset},
	{Method: get, Path: "/b/{slug}/check.js", Site: Public, Role: nobody, Kind: OpenData, Status: 200, Handle: (*Server).checkPage},
	{Method: get, Path: "/b/{slug}.js", Site: Public, Role: nobody, Kind: OpenData, Status: 200, Handle: (*Server).script},
	{Method: get, Path: "/f/{slug}/relay", Site: Public, Role: nobody, Kind: Framed, Status: 200, Handle: (*Server).relayPage},
	{Method: get, Path: "/f/{slug}/", Site: Public, Role: nobody, Kind: Framed, Status: 200, Handle: (*Server).framePage},
	{Method: get, Path: "/v/", Site: Public, Role: nobody, Kind: OwnPage, Status: 200, Handle: (*Server).citizenPage},
	{Method: get, Path: "/v/{slug}", Site: Public, Role: nobody, Kind: OwnPage, Status: 200, Handle: (*Server).citizenPage},
	{Method: get, Path: "/g/", Site: Public, Role: nobody, Kind: OwnPage, Status: 200, Handle: (*Server).guestPage},
	{Method: get, Path: "/p/{slug}", Site: Public, Role: nobody, Kind: Preview, Status: 200, Handle: (*Server).previewPage},
	{Method: get, Path: "/{slug}/{office}", Site: Public, Role: nobody, Kind: OwnPage, Status: 200, Handle: (*Server).officePage},
	{Method: get, Path: "/{slug}", Site: Public, Role: nobody, Kind: OwnPage, Status: 200, Handle: (*Server).boardPage},
	{Method: get, Path: "/", Site: Console, Role: nobody, Kind: ClerkApp, Status: 200, Handle: (*Server).consolePage},
}

// TakenSlugs are the first parts of our own addresses: an authority of such a slug would have no page.
func TakenSlugs() (out []string) {
	for _, r := range Routes {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
		if first != "" && !strings.HasPrefix(first, "{") && !slices.Contains(out, first) {
			out = append(out, first)
		}
	}
	return out
}
