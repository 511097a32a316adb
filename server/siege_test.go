package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"schalter/server/protocol"
)

// TestAnAccountUnderSiege: however an address is spelt it is one account, whose password may not be guessed more often for
// it; and who guesses from one place keeps nobody out who is at another.
func TestAnAccountUnderSiege(t *testing.T) {
	t.Parallel()
	still := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) // no bucket fills up meanwhile
	p := launchAt(t, func() time.Time { return still }, func(c *Config) { c.TrustedProxy = []string{"127.0.0.0/8"} })
	from := func(network int, path string, body any) int {
		return newClerk(t, p.address).do(http.MethodPost, path, body, "X-Forwarded-For", fmt.Sprintf("198.51.%d.7", network)).status
	}
	const session, forgotten = "/api/v1/console/session", "/api/v1/console/password/forgotten"
	spelt := []string{huber, strings.ToUpper(huber), " " + huber, huber + "  ", "Huber" + strings.TrimPrefix(huber, "huber"), "hUBER" + strings.TrimPrefix(huber, "huber")}
	guesses := 0
	for _, email := range spelt {
		if from(1, session, protocol.Login{Email: email, Password: "wrong password"}) == 401 {
			guesses++
		}
	}
	if guesses != 5 {
		t.Errorf("%d guesses from one place", guesses)
	}
	if status := from(2, session, protocol.Login{Email: huber, Password: password}); status != 200 {
		t.Errorf("the clerk at another place: %d", status)
	}
	for network := 3; network < 20; network++ {
		for range 5 {
			if from(network, session, protocol.Login{Email: huber, Password: "wrong password"}) == 401 {
				guesses++
			}
		}
	}
	if guesses > 30 {
		t.Errorf("%d guesses from everywhere", guesses)
	}
	mails := 0
	for i, email := range spelt {
		if from(30+i, forgotten, protocol.Forgotten{Email: email}) == 204 {
			mails++
		}
	}
	if mails != 3 {
		t.Errorf("%d mails", mails)
	}
}
