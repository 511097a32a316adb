package identity

import (
	"context"
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"github.com/alexedwards/argon2id"

	"schalter/server/civic"
)

// Bounds of a password in characters (NIST 800-63B 3.1.1.2, ASVS 6.2.1, 6.2.9). There are no rules about what it is made
// of, and none about its age.
const (
	MinPassword = 8 // 15 are recommended, on the screens
	MaxPassword = 256
)

// hashing is argon2id after OWASP: 19 MiB, two passes, so that two cores bear a rush of logins.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

//go:embed common_passwords.txt
var commonText string

// common are 11,611 of the commonest passwords that are long enough (ASVS 6.2.4 asks for 3,000).
var common = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for p := range strings.Lines(commonText) {
		out[strings.TrimSpace(p)] = true
	}
	return out
})

// commonHere is what people at a German office begin their passwords with; digits and signs behind it help nobody.
var commonHere = strings.Fields(`passwort kennwort geheim schalter bürgerbüro buergerbuero bürgeramt buergeramt rathaus landratsamt
	landkreis gemeinde verwaltung bürgermeister buergermeister standesamt bauamt hauptamt willkommen hallo sommer winter
	frühling fruehling herbst januar februar märz maerz april juni juli august september oktober november dezember montag
	dienstag mittwoch donnerstag freitag samstag sonntag deutschland bayern münchen muenchen berlin hamburg schatz liebe
	start anfang test testtest admin administrator computer internet qwertz qwertzuiop asdfghjkl yxcvbnm welcome password
	changeme master`)

// CheckPassword refuses a password that is too short, too long, among the commonest, or made of what everybody knows of
// its owner: personal is the authority's name, the own name and the own address.
func CheckPassword(password string, personal ...string) error {
	if n := len([]rune(password)); n < MinPassword || n > MaxPassword {
		return civic.Errorf(civic.Invalid, "password_length", "password has %d characters", n)
	}
	low := strings.ToLower(password)
	if common()[low] || monotonous(low) || isCommonHere(low) {
		return civic.Errorf(civic.Invalid, "password_common", "password is a common one")
	}
	for _, p := range personal {
		if holds(low, strings.ToLower(strings.TrimSpace(p))) {
			return civic.Errorf(civic.Invalid, "password_personal", "password says who its owner is")
		}
	}
	return nil
}

func isCommonHere(low string) bool {
	core := strings.TrimFunc(low, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, word := range commonHere {
		if core == word || core == word+word {
			return true
		}
	}
	return false
}

// monotonous says whether a password is one run: the same character, or each the next one (12345678, hgfedcba), or
// halves, thirds or quarters that repeat and are no longer than three characters.
func monotonous(low string) bool {
	r := []rune(low)
	for _, step := range []rune{-1, 0, 1} {
		run := true
		for i := 1; i < len(r); i++ {
			next := r[i-1] + step
			if next == '0'-1+11 { // 9 is followed by 0
				next = '0'
			}
			run = run && r[i] == next
		}
		if run {
			return true
		}
	}
	for size := 2; size <= 3; size++ {
		if part := string(r[:size]); strings.HasPrefix(strings.Repeat(part, len(r)/size+1), low) {
			return true
		}
	}
	return false
}

// holds says whether the password is a personal text with a little around it. A long sentence may name anything.
func holds(low, personal string) bool {
	for _, word := range append(strings.FieldsFunc(personal, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), personal) {
		if n := len([]rune(word)); n >= 4 && strings.Contains(low, word) && len([]rune(low)) < n+8 {
			return true
		}
	}
	return false
}

// HashPassword makes the PHC string of a password, which is checked before (see CheckPassword).
func (s *Service) HashPassword(ctx context.Context, password string, personal ...string) (string, error) {
	if err := CheckPassword(password, personal...); err != nil {
		return "", err
	}
	if err := s.slot(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.slots }()
	return argon2id.CreateHash(password, hashing)
}

// matches compares a password with a hash; without one, with a decoy, so that it takes as long.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	real := hash != ""
	if !real {
		hash = s.decoy
	}
	if err := s.slot(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.slots }()
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	return match && real, err
}

func (s *Service) slot(ctx context.Context) error {
	select {
	case s.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return civic.Errorf(civic.Unavailable, civic.KeyUnavailable, "no slot for a password hash: %v", ctx.Err())
	}
}
