package civic

import "strings"

// Lists says whether pages of an origin ("https://www.town.example") may hold the authority's frame. An entry
// "https://*.town.example" admits every subdomain, as in frame-ancestors. The opaque origin "null" is never listed.
func (a Authority) Lists(origin string) bool {
	if origin == "" || origin == "null" {
		return false
	}
	for _, entry := range a.Origins {
		scheme, domain, wild := strings.Cut(entry, "://*.")
		if wild && strings.HasPrefix(origin, scheme+"://") && strings.HasSuffix(origin, "."+domain) || entry == origin {
			return true
		}
	}
	return false
}
