// Package access says who may ask a local server, and what its pages may do.
package access

import (
	"crypto/subtle"
	"net"
	"net/http"
	"slices"
	"strings"
)

// IsHost reports whether a server may be asked by a name, with or without a port: that
// of this machine itself, such as localhost, or one of those allowed. A page of another
// site can have its name point here, but not change the name by which it asks.
func IsHost(name string, allowed []string) bool {
	host := name
	if without, _, err := net.SplitHostPort(name); err == nil {
		host = without
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return true
	}
	return slices.ContainsFunc(allowed, func(allowed string) bool {
		return strings.EqualFold(allowed, host) || strings.EqualFold(allowed, name)
	})
}

// WrongHost tells who asks by another name what to do.
const WrongHost = "this server is not asked by that name: use http://localhost, or name it with --allow-host"

// Guarded returns a handler of pages that have the content security policy. It refuses
// requests for hosts that are not allowed, which is what a page of another site makes that
// has its name point here, and those by which another site would change something, and
// sets the headers that keep other sites out.
func Guarded(pages http.Handler, allowed []string, policy string) http.Handler {
	pages = http.NewCrossOriginProtection().Handler(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !IsHost(r.Host, allowed) {
			http.Error(w, WrongHost, http.StatusMisdirectedRequest)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// HasToken reports whether a request comes with a token, in the header Authorization after
// Bearer. An empty token need not come.
func HasToken(r *http.Request, token string) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token == "" || ok && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
}
