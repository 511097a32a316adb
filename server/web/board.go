package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// board answers with all that the public sees of an authority.
func (s *Server) board(c *fiber.Ctx) error {
	a, offices, err := s.deps.Queue.Board(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return s.cached(c, boardOf(a, offices, s.now()))
}

// script answers with board.js, the present status baked in.
func (s *Server) script(c *fiber.Ctx) error {
	a, offices, err := s.deps.Queue.Board(s.ctx(c), strings.TrimSuffix(c.Params("slug"), ".js"))
	if err != nil {
		return err
	}
	return s.sendScript(c, boardOf(a, offices, s.now()))
}
