package rest

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// settingNames are all that there are.
var settingNames = []string{
	"timeout", "connect.timeout", "connection.request.timeout", "socket.timeout", "response.codes.allowed",
	"error.value.override", "empty.content.override", "verify.content.length", "enforce.json",
	"basic.auth.user", "basic.auth.password.path", "proxy.host", "proxy.port", "proxy.basic.auth.user", "proxy.basic.auth.password.path",
	poolTotal, poolPerRoute, "cache.ttl",
}

// The sizes of pools, which may also stand at the top of the global configuration.
const (
	poolTotal    = "pooling.max.total"
	poolPerRoute = "pooling.default.max.per.route"
)

// maxMisspelt is how many names of a map are told to be wrong.
const maxMisspelt = 20

// misspelt returns what is wrong with the names in a map of settings, a text for each.
func misspelt(settings *value.Map, where string) []string {
	var all []string
	for key := range settings.All() {
		if len(all) == maxMisspelt {
			break
		}
		name := key.String()
		if key.Kind() == value.KindString && slices.Contains(settingNames, name) {
			continue
		}
		text := fmt.Sprintf("there is no setting %.60q%s", name, where)
		if nearest := fn.Nearest(name, settingNames); nearest != "" {
			text += "; did you mean " + nearest + "?"
		}
		all = append(all, text)
	}
	return all
}

// settings are looked up from the first map to the last.
type settings struct {
	maps []*value.Map
	top  *value.Map // of the global configuration, where the sizes of pools may be
	arg  int        // the argument that errors are about
}

// find returns a setting, null if there is none.
func (s *settings) find(name string) value.Value {
	for _, m := range s.maps {
		if v, ok := m.Get(value.String(name)); ok && !v.IsNull() {
			return v
		}
	}
	return value.Null
}

// reader reads settings and keeps the first mistake.
type reader struct {
	*settings
	err error
}

func (r *reader) wrong(name, want string) {
	if r.err == nil {
		r.err = fn.Argumentf(r.arg, "the setting %s must be %s", name, want)
	}
}

func (r *reader) text(name string) string {
	v := r.find(name)
	text, ok := value.ToText(v)
	if !ok && !v.IsNull() {
		r.wrong(name, "a text")
	}
	return text
}

func (r *reader) flag(name string, otherwise bool) bool {
	v := r.find(name)
	if v.IsNull() {
		return otherwise
	}
	b, ok := value.ToBool(v)
	if !ok {
		r.wrong(name, "true or false")
	}
	return b
}

// number returns a whole number from 0, or otherwise.
func (r *reader) number(name string, v value.Value, otherwise int32) int32 {
	if v.IsNull() {
		return otherwise
	}
	n, ok := value.ToInt(v)
	if !ok || n < 0 {
		r.wrong(name, fmt.Sprintf("a whole number from 0 to %d", math.MaxInt32))
	}
	return n
}

// time returns a time that is set in milliseconds, 0 if it is not set.
func (r *reader) time(name string, otherwise int32) time.Duration {
	return time.Duration(r.number(name, r.find(name), otherwise)) * time.Millisecond
}

// pool returns the size of a pool, which may also stand at the top of the global
// configuration. 0 means that it is not set.
func (r *reader) pool(name string) int {
	v := r.find(name)
	if v.IsNull() && r.top != nil {
		v, _ = r.top.Get(value.String(name))
	}
	return int(min(r.number(name, v, 0), maxConnections))
}

const (
	usualTimeout   = 1000 // milliseconds
	maxConnections = 1024
	maxCodes       = 100
	usualCode      = 200
)

// request is a request with the settings that it is sent by.
type request struct {
	method string
	target *url.URL
	body   []byte // nil without one

	login       login
	proxy       string // HOST:PORT, "" for none
	proxyLogin  login
	timeout     time.Duration
	connect     time.Duration // the times from here are 0 without a limit of their own
	connection  time.Duration
	socket      time.Duration
	codes       []int32
	verify      bool // the length of the answer
	total       int  // connections, 0 for as many as usual
	perRoute    int
	cacheTime   time.Duration
	empty, fail value.Value // instead of the answer
}

// login is a user and where the password is.
type login struct{ user, passwordPath string }

// complete reports whether there are both, without which nobody logs in.
func (l login) complete() bool { return l.user != "" && l.passwordPath != "" }

func (r *reader) login(prefix string) login {
	return login{r.text(prefix + "basic.auth.user"), r.text(prefix + "basic.auth.password.path")}
}

// read reads all settings.
func (r *reader) read(to *request) {
	to.login = r.login("")
	if host, port := r.text("proxy.host"), r.number("proxy.port", r.find("proxy.port"), 0); host != "" && port != 0 {
		to.proxy = fmt.Sprintf("%s:%d", strings.ToLower(host), port)
		to.proxyLogin = r.login("proxy.")
	}
	if to.timeout = r.time("timeout", usualTimeout); to.timeout == 0 {
		r.wrong("timeout", "at least a millisecond")
	}
	to.connect = r.time("connect.timeout", 0)
	to.connection = r.time("connection.request.timeout", 0)
	to.socket = r.time("socket.timeout", 0)
	to.verify = r.flag("verify.content.length", false)
	to.total, to.perRoute = r.pool(poolTotal), r.pool(poolPerRoute)
	to.cacheTime = min(r.time("cache.ttl", 0), maxCacheTime)
	to.empty, to.fail = r.find("empty.content.override"), r.find("error.value.override")
	r.codes(to)
}

func (r *reader) codes(to *request) {
	const name = "response.codes.allowed"
	v := r.find(name)
	if v.IsNull() {
		to.codes = []int32{usualCode}
		return
	}
	list := v.List()
	if list == nil || list.Len() > maxCodes {
		r.wrong(name, fmt.Sprintf("a list of at most %d status codes", maxCodes))
		return
	}
	for item := range list.All() {
		code, ok := value.ToInt(item)
		if !ok {
			r.wrong(name, "a list of status codes")
		}
		to.codes = append(to.codes, code)
	}
}
