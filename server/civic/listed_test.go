package civic

import "testing"

func TestAnAuthorityListsItsOrigins(t *testing.T) {
	a := Authority{Origins: []string{"https://www.town.example", "https://*.county.example", "http://localhost:8080"}}
	for origin, want := range map[string]bool{
		"https://www.town.example": true, "http://localhost:8080": true, "https://a.county.example": true, "https://a.b.county.example": true,
		"http://www.town.example": false, "https://town.example": false, "https://www.town.example:8443": false, "https://county.example": false,
		"http://a.county.example": false, "https://evilcounty.example": false, "https://a.county.example.evil.example": false, "null": false, "": false,
	} {
		if got := a.Lists(origin); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
}
