package web

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// statusOf is the one map from codes to statuses.
var statusOf = map[civic.Code]int{
	civic.Invalid:         http.StatusUnprocessableEntity,
	civic.Unauthenticated: http.StatusUnauthorized,
	civic.Forbidden:       http.StatusForbidden,
	civic.NotFound:        http.StatusNotFound,
	civic.Conflict:        http.StatusConflict,
	civic.Gone:            http.StatusGone,
	civic.TooLarge:        http.StatusRequestEntityTooLarge,
	civic.TooMany:         http.StatusTooManyRequests,
	civic.Unavailable:     http.StatusServiceUnavailable,
	civic.Internal:        http.StatusInternalServerError,
}

// closeCode is the one map from codes to close codes: 4000 and the status, so that both read the same. The client comes
// back by itself after every other close code.
func closeCode(code civic.Code) websocket.StatusCode {
	switch code {
	case civic.Internal:
		return websocket.StatusInternalError
	case civic.Unavailable, civic.TooMany:
		return websocket.StatusTryAgainLater
	}
	return websocket.StatusCode(4000 + statusOf[code])
}

// problemOfStatus says what Fiber's own refusals are in our words.
var problemOfStatus = map[int]civic.Error{
	http.StatusBadRequest:                  {Code: civic.Invalid, Key: civic.KeyBodyMalformed},
	http.StatusNotFound:                    {Code: civic.NotFound, Key: civic.KeyNotFound},
	http.StatusMethodNotAllowed:            {Code: civic.NotFound, Key: civic.KeyNotFound},
	http.StatusRequestTimeout:              {Code: civic.Unavailable, Key: civic.KeyUnavailable},
	http.StatusRequestEntityTooLarge:       {Code: civic.TooLarge, Key: civic.KeyBodyTooLarge},
	http.StatusRequestHeaderFieldsTooLarge: {Code: civic.TooLarge, Key: civic.KeyBodyTooLarge},
	http.StatusUnsupportedMediaType:        {Code: civic.Invalid, Key: civic.KeyBodyMalformed},
	http.StatusMisdirectedRequest:          {Code: civic.NotFound, Key: civic.KeyNotFound},
	http.StatusUpgradeRequired:             {Code: civic.Invalid, Key: civic.KeyHeaderMissing},
}

// waitError is a refusal that says when to try again.
type waitError struct {
	error
	wait time.Duration
}

func (e waitError) Unwrap() error { return e.error }

func later(err error, wait time.Duration) error { return waitError{err, wait} }

// unavailableWait is what Retry-After says if nobody knows better.
const unavailableWait = 5 * time.Second

// problemOf turns any error into what the other side is told: nothing of a foreign one.
func problemOf(err error, requestID string) protocol.Problem {
	p := protocol.Problem{Type: "about:blank", Code: civic.CodeOf(err), Key: civic.KeyOf(err)}
	p.Status = statusOf[p.Code]
	var fe *fiber.Error
	if p.Code == civic.Internal && errors.As(err, &fe) {
		if known, ok := problemOfStatus[fe.Code]; ok {
			p.Code, p.Key, p.Status = known.Code, known.Key, fe.Code
		}
	}
	p.Title = http.StatusText(p.Status)
	var ce *civic.Error
	if errors.As(err, &ce) {
		for _, f := range ce.Flaws {
			p.Flaws = append(p.Flaws, protocol.Flaw{Path: f.Path, Key: f.Key, Line: f.Line})
		}
	}
	var w waitError
	switch {
	case errors.As(err, &w):
		p.RetryAfter = int(math.Ceil(w.wait.Seconds()))
	case p.Code == civic.Unavailable, p.Code == civic.TooMany:
		p.RetryAfter = int(unavailableWait.Seconds())
	}
	if p.Code == civic.Internal {
		p.RequestID = requestID
	}
	return p
}

// refuse answers with a problem. Faults of ours are logged here, once.
func (s *Server) refuse(c *fiber.Ctx, err error) error {
	id, _ := c.Locals(keyRequestID).(string)
	p := problemOf(err, id)
	s.logRefusal(err, p, id)
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	h := &c.Response().Header
	h.Del(fiber.HeaderETag)
	h.Del(fiber.HeaderContentEncoding)
	h.Set(fiber.HeaderCacheControl, "no-store")
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	if p.RetryAfter > 0 {
		h.Set(fiber.HeaderRetryAfter, strconv.Itoa(p.RetryAfter))
	}
	h.SetContentType("application/problem+json")
	c.Response().SetStatusCode(p.Status)
	c.Response().SetBodyRaw(body)
	return nil
}

func (s *Server) logRefusal(err error, p protocol.Problem, id string) {
	if p.Code == civic.Internal {
		s.log.Error("request failed", "request", id, "error", err)
		return
	}
	var ce *civic.Error
	detail := "" // a foreign error may hold what the client sent
	if errors.As(err, &ce) {
		detail = ce.Detail
	}
	s.log.Debug("refused", "request", id, "code", p.Code, "key", p.Key, "detail", detail)
}
