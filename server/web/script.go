package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"schalter/server/protocol"
)

// sendScript sends board.js as a function, with the present status baked in for the first paint.
func (s *Server) sendScript(c *fiber.Ctx, b protocol.Board) error {
	text, tag, err := encodeBoard(forScript(b))
	if err != nil {
		return err
	}
	origin, err := json.Marshal(s.origins.public.text)
	if err != nil {
		return err
	}
	// encoding/json escapes <, >, &, U+2028 and U+2029: the text is safe inside a script.
	program := slices.Concat([]byte(`(()=>{const baked={"origin":`), origin, []byte(`,"board":`), text, []byte("};\n"),
		s.pages.board, []byte("\n})()\n"))
	return sendCacheable(c, program, "text/javascript; charset=utf-8", etag([]byte(tag), s.pages.board), "public, max-age=60")
}

// forScript leaves out what the board draws nothing of; our frame asks for it. Every town's page pays for the script.
func forScript(b protocol.Board) protocol.Board {
	b.Authority.Address, b.Authority.Logo, b.Authority.PrivacySince = "", "", nil
	b.Offices = slices.Clone(b.Offices)
	for i := range b.Offices {
		b.Offices[i].ID, b.Offices[i].Topics = "", nil
	}
	return b
}

// cached answers with a board that any page may read and any cache may keep for a moment.
func (s *Server) cached(c *fiber.Ctx, b protocol.Board) error {
	text, tag, err := encodeBoard(b)
	if err != nil {
		return err
	}
	return sendCacheable(c, text, fiber.MIMEApplicationJSON, tag, "public, max-age=5")
}

// encodeBoard returns the board and a tag that changes with everything but the clock.
func encodeBoard(b protocol.Board) (text []byte, tag string, err error) {
	if text, err = json.Marshal(b); err != nil {
		return nil, "", err
	}
	b.Now = time.Time{}
	still, err := json.Marshal(b)
	return text, etag(still), err
}

func etag(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return `W/"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16]) + `"`
}

// sendCacheable answers with public text, well compressed (2 ms for a script), or with 304 if the client has it.
func sendCacheable(c *fiber.Ctx, body []byte, mime, tag, cache string) error {
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if slices.ContainsFunc(strings.Split(c.Get(fiber.HeaderIfNoneMatch), ","), func(t string) bool {
		return strings.TrimPrefix(strings.TrimSpace(t), "W/") == strings.TrimPrefix(tag, "W/")
	}) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, mime)
	switch encoding(c) {
	case "br":
		c.Set(fiber.HeaderContentEncoding, "br")
		body = fasthttp.AppendBrotliBytesLevel(nil, body, 6)
	case "gzip":
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body = fasthttp.AppendGzipBytesLevel(nil, body, 9)
	}
	return c.Send(body)
}

// encoding is the best one that both sides speak; "" is none. (Fiber's own choice is br for a client that names nothing.)
func encoding(c *fiber.Ctx) string {
	best := ""
	for _, item := range strings.Split(c.Get(fiber.HeaderAcceptEncoding), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(item), ";")
		if strings.Trim(strings.TrimPrefix(strings.TrimSpace(q), "q="), "0.") == "" && q != "" {
			continue // refused
		}
		if name == "br" || name == "gzip" && best == "" {
			best = name
		}
	}
	return best
}
