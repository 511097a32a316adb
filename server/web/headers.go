package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// policy is the Content-Security-Policy of all pages: our own files, nobody else's, no inline code.
func policy(o origin, ancestors []string) string {
	socket := "ws://" + o.host
	if o.secure {
		socket = "wss://" + o.host
	}
	frameAncestors := "'none'"
	if len(ancestors) > 0 {
		frameAncestors = strings.Join(ancestors, " ")
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
		"connect-src 'self' " + socket + "; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; " +
		"frame-ancestors " + frameAncestors
}

// setHeaders sets what every answer of a kind carries. The pages in frames add their authority's ancestors (setAncestors).
func (s *Server) setHeaders(c *fiber.Ctx, kind Kind, site Site) {
	h := &c.Response().Header
	o := s.origins.of(site)
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	if o.secure {
		h.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
	switch kind {
	case OpenData:
		h.Set(fiber.HeaderAccessControlAllowOrigin, "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	case Asset:
		h.Set(fiber.HeaderAccessControlAllowOrigin, "*") // the board imports its rarer parts into the town's page
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp") // of workers
	case Framed:
		h.Set(fiber.HeaderCacheControl, "no-cache")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set(fiber.HeaderContentSecurityPolicy, policy(o, nil))
	case OwnPage:
		h.Set(fiber.HeaderCacheControl, "no-cache")
		h.Set(fiber.HeaderContentSecurityPolicy, policy(o, nil)+"; frame-src 'self'") // the board opens our frame
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	case ClerkApp:
		h.Set(fiber.HeaderCacheControl, "no-cache")
		h.Set(fiber.HeaderContentSecurityPolicy, policy(o, nil)+"; frame-src "+s.origins.public.text) // the preview
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), "+
			"geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()")
	case Preview: // default-src 'none' keeps our frame shut in it
		h.Set(fiber.HeaderCacheControl, "no-cache")
		h.Set(fiber.HeaderContentSecurityPolicy, policy(o, []string{s.origins.console.text}))
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	default: // API
		h.Set(fiber.HeaderCacheControl, "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
	}
}

// setAncestors lets the authority's own sites frame this page. All ancestors count.
func (s *Server) setAncestors(c *fiber.Ctx, authority []string) {
	c.Set(fiber.HeaderContentSecurityPolicy, policy(s.origins.public, authority))
}

// letWASM lets a page with a camera compile WebAssembly of ours: blurring and noise run in the browser. It allows no eval.
func letWASM(c *fiber.Ctx) {
	was := string(c.Response().Header.Peek(fiber.HeaderContentSecurityPolicy))
	c.Set(fiber.HeaderContentSecurityPolicy, strings.Replace(was, "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", 1))
}
