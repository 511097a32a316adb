package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// agent is the browser and system of a request in words, "Firefox, Windows": enough to recognise one's own logins by, and
// no fingerprint. Empty if it is none that we know.
func agent(c *fiber.Ctx) string { return agentOf(c.Get(fiber.HeaderUserAgent)) }

func agentOf(header string) string {
	first := func(table [][2]string) string {
		for _, line := range table {
			if strings.Contains(header, line[0]) {
				return line[1]
			}
		}
		return ""
	}
	browser := first([][2]string{ // those that name others in their own come first
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	})
	system := first([][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	})
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + ", " + system
}
