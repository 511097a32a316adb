package identity

import (
	"context"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"schalter/server/civic"
	"schalter/server/store"
)

// totpPeriod is how long a code is shown (ASVS 6.5.5: at most 30 s); one step before and after counts too, for clocks differ.
const totpPeriod = 30 * time.Second

var totpOptions = totp.ValidateOpts{Period: uint(totpPeriod / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// totpStep finds the time step of a code, 0 if it is none of now.
func totpStep(secret, code string, now time.Time) int64 {
	code = strings.ReplaceAll(code, " ", "")
	for _, skew := range []int64{0, -1, 1} {
		step := now.Unix()/int64(totpPeriod/time.Second) + skew
		if ok, err := totp.ValidateCustom(code, secret, time.Unix(step*int64(totpPeriod/time.Second), 0), totpOptions); ok && err == nil {
			return step
		}
	}
	return 0
}

// Code is the second step of a login: the code of an authenticator app. The session becomes a full one with a new token.
func (s *Service) Code(ctx context.Context, w Who, code string) (Who, error) {
	if w.Session.Stage != civic.StageFactor || !w.Factors.TOTP {
		return Who{}, civic.Errorf(civic.Conflict, "factor_none", "session is %s", w.Session.Stage)
	}
	step := totpStep(w.Clerk.TOTPSecret, code, s.now())
	if step == 0 {
		return Who{}, s.wrongCode(ctx, w)
	}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.UseTOTPStep(ctx, w.Clerk.AuthorityID, w.Clerk.ID, step); err != nil {
			return err
		}
		return s.complete(ctx, tx, &w)
	})
	if civic.CodeOf(err) == civic.Conflict {
		return Who{}, s.wrongCode(ctx, w)
	}
	return w, err
}

func (s *Service) wrongCode(ctx context.Context, w Who) error {
	if err := s.failed(ctx, w.Clerk, ActFactorFailed, detailFactorTOTP); err != nil {
		return err
	}
	return civic.Errorf(civic.Invalid, "code_wrong", "code wrong, or used")
}

// totpPending marks the challenge of a session that is setting up an authenticator.
const totpPending = "totp:"

// NewTOTP begins to set up an authenticator app: the key that it has to be given. It counts once Confirm has seen a code.
// password is the own one, shown now; a login that just waits for its factor to be set up needs none again.
func (s *Service) NewTOTP(ctx context.Context, w Who, password string) (*otp.Key, error) {
	if err := s.mayEnrol(ctx, w, password); err != nil {
		return nil, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Schalter " + w.Authority.Name.In("de"), AccountName: w.Clerk.Email})
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.SetChallenge(ctx, w.Clerk.AuthorityID, w.Session.ID, totpPending+key.Secret())
	})
	return key, err
}

func (s *Service) mayEnrol(ctx context.Context, w Who, password string) error {
	if w.Session.Stage == civic.StageEnrol {
		return nil
	}
	return s.fresh(ctx, w, password)
}

// bare refuses a login that waits for its first factor once there is one: whoever knows only the password, and began such a
// login in time, would set up an own factor beside or in place of the owner's.
func (s *Service) bare(ctx context.Context, tx *store.Tx, w Who) error {
	if w.Session.Stage != civic.StageEnrol {
		return nil
	}
	var now Who
	if err := s.account(ctx, tx, w.Clerk.AuthorityID, w.Clerk.ID, &now); err != nil || !now.Factors.any() {
		return err
	}
	return civic.Errorf(civic.Unauthenticated, civic.KeySessionOver, "clerk %s has a factor by now", w.Clerk.ID)
}

// ConfirmTOTP ends setting up by a first code. A session that waited for it becomes a full one, with a new token.
func (s *Service) ConfirmTOTP(ctx context.Context, w Who, code string) (Who, error) {
	before := w.Session.ID
	wrong := false
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		kept, err := tx.TakeChallenge(ctx, w.Clerk.AuthorityID, before)
		secret, pending := strings.CutPrefix(kept, totpPending)
		if civic.CodeOf(err) == civic.NotFound || err == nil && !pending {
			return civic.Errorf(civic.Conflict, "factor_none", "no authenticator is being set up")
		}
		if err != nil {
			return err
		}
		step := totpStep(secret, code, s.now())
		if wrong = step == 0; wrong { // a slip of the finger: the key stays
			return tx.SetChallenge(ctx, w.Clerk.AuthorityID, before, kept)
		}
		if err := s.bare(ctx, tx, w); err != nil {
			return err
		}
		if err := tx.SetTOTP(ctx, w.Clerk.AuthorityID, w.Clerk.ID, secret, step); err != nil {
			return err
		}
		w.Factors.TOTP = true
		return s.added(ctx, tx, &w, detailFactorTOTP)
	})
	if err == nil && wrong {
		err = civic.Errorf(civic.Invalid, "code_wrong", "code wrong")
	}
	return w, err
}

// added notes a new factor; a session that waited for one is full from then on.
func (s *Service) added(ctx context.Context, tx *store.Tx, w *Who, kind string) error {
	if err := s.note(ctx, tx, w.Clerk.AuthorityID, w.Clerk.ID, ActFactorAdded, w.Clerk.ID, "kind", kind); err != nil {
		return err
	}
	if w.Session.Stage == civic.StageFull {
		return nil
	}
	return s.complete(ctx, tx, w)
}

// RemoveTOTP takes the own authenticator away. Conflict if it is the last factor and the authority demands one.
func (s *Service) RemoveTOTP(ctx context.Context, w Who, password string) error {
	return s.removeFactor(ctx, w, password, detailFactorTOTP, func(tx *store.Tx) error {
		return tx.SetTOTP(ctx, w.Clerk.AuthorityID, w.Clerk.ID, "", 0)
	})
}

func (s *Service) removeFactor(ctx context.Context, w Who, password, kind string, remove func(*store.Tx) error) error {
	if err := s.fresh(ctx, w, password); err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.LineUp(ctx, w.Clerk.AuthorityID); err != nil {
			return err
		}
		if err := remove(tx); err != nil {
			return err
		}
		var after Who
		if err := s.account(ctx, tx, w.Clerk.AuthorityID, w.Clerk.ID, &after); err != nil {
			return err
		}
		if after.Authority.SecondFactor && !after.Factors.any() {
			return civic.Errorf(civic.Conflict, "factor_last", "clerk %s would have no factor", w.Clerk.ID)
		}
		return s.note(ctx, tx, w.Clerk.AuthorityID, w.Clerk.ID, ActFactorRemoved, w.Clerk.ID, "kind", kind)
	})
}
