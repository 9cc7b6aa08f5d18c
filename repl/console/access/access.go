// Package access says who may ask a local server.
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

// HasToken reports whether a request comes with a token, in the header Authorization after
// Bearer. An empty token need not come.
func HasToken(r *http.Request, token string) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token == "" || ok && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
}
