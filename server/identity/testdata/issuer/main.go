// Issuer is an OpenID Connect provider as a process of its own, for tests. It says on its first line where it is; who signs in
// next is told it by POST to its control address.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"
)

// person signs in next. Nonce, Issuer and Audience forge what the token says, where they are not empty.
type person struct {
	Subject, Email, Name    string
	Groups                  []string
	Nonce, Issuer, Audience string
}

func (p person) ID() string                        { return p.Subject }
func (p person) Userinfo([]string) ([]byte, error) { return json.Marshal(p) }
func (p person) Claims(_ []string, base *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	if p.Nonce != "" {
		base.Nonce = p.Nonce
	}
	if p.Issuer != "" {
		base.Issuer = p.Issuer
	}
	if p.Audience != "" {
		base.Audience = jwt.ClaimStrings{p.Audience}
	}
	return claims{base, p.Email, p.Name, p.Groups}, nil
}

type claims struct {
	*mockoidc.IDTokenClaims
	Email  string   `json:"email,omitempty"`
	Name   string   `json:"name,omitempty"`
	Groups []string `json:"groups,omitempty"`
}

func main() {
	m, err := mockoidc.Run()
	if err != nil {
		log.Fatal(err)
	}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	c := m.Config()
	line, err := json.Marshal(map[string]string{
		"Issuer": c.Issuer, "ClientID": c.ClientID, "ClientSecret": c.ClientSecret, "Control": "http://" + control.Addr().String(), "Token": m.TokenEndpoint(),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
	log.Fatal(http.Serve(control, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p person
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		m.QueueUser(p)
	})))
}
