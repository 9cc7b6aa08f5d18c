package rest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/stellarlang/stellar/functions/internal/egress"
	"github.com/stellarlang/stellar/functions/internal/folder"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options are the policy of a host: what requests of expressions may do.
type Options struct {
	// Allow lists the hosts that may be asked: HOST, HOST:PORT, *.NAME, http://HOST or
	// https://HOST:PORT. A host may be an address or a network such as 10.1.0.0/16.
	// Without a scheme it is https, without a port that of the scheme.
	Allow []string
	// Networks are those, such as 10.0.0.0/8, that the names of these hosts may lead to
	// though their addresses are not public.
	Networks []string
	// Proxies are those that settings may choose, HOST:PORT. They resolve names
	// themselves, so that where these lead is not checked.
	Proxies []string
	// Secrets is the folder of the files that passwords may be read from, "" for none.
	Secrets string

	MaxTimeout   time.Duration // that settings may ask for; 0 means a minute
	RequestSize  int64         // bytes of what is sent at most; 0 means 1 MiB
	ResponseSize int64         // bytes of an answer at most, uncompressed; 0 means 4 MiB
	CacheSize    int64         // bytes of the answers that are kept; 0 means 64 MiB
	TLS          *tls.Config   // nil means the authorities of the system
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	policy                    *egress.Policy
	proxies                   []string
	secrets                   *folder.Folder // nil without one
	maxTimeout                time.Duration
	requestSize, responseSize int64
	tls                       *tls.Config
	pools                     *lru.Cache[poolKey, *pool]
	cache                     *cache

	mu   sync.Mutex
	told map[string]bool // what is wrong with settings
}

// The limits of the pools, and of the files of passwords.
const (
	maxPools   = 32
	usualTotal = 256 // connections of a pool
	maxSecret  = 64 << 10
)

// New returns a client, which must be closed.
func New(o Options) (*Client, error) {
	policy, err := egress.Parse(o.Allow, o.Networks)
	if err != nil {
		return nil, err
	}
	for _, proxy := range o.Proxies {
		if err := checkProxy(proxy); err != nil {
			return nil, err
		}
	}
	c := &Client{
		policy: policy, tls: o.TLS,
		maxTimeout:   cmp.Or(o.MaxTimeout, time.Minute),
		requestSize:  cmp.Or(o.RequestSize, 1<<20),
		responseSize: cmp.Or(o.ResponseSize, 4<<20),
		cache:        newCache(cmp.Or(o.CacheSize, 64<<20)),
	}
	for _, proxy := range o.Proxies {
		c.proxies = append(c.proxies, strings.ToLower(proxy))
	}
	if o.Secrets != "" {
		if c.secrets, err = folder.Open(o.Secrets); err != nil {
			return nil, fmt.Errorf("the folder of secrets: %w", err)
		}
	}
	c.pools, err = lru.NewWithEvict(maxPools, func(_ poolKey, p *pool) { p.transport.CloseIdleConnections() })
	return c, err
}

// checkProxy reports what is wrong with a proxy.
func checkProxy(text string) error {
	host, port, err := net.SplitHostPort(text)
	number, wrong := strconv.ParseUint(port, 10, 16)
	switch {
	case strings.Contains(text, "@"):
		return errors.New("a proxy is written HOST:PORT, without a user; the setting proxy.basic.auth.user says who logs in")
	case err != nil || host == "" || wrong != nil || number == 0 || strings.ContainsAny(text, "/?# "):
		return fmt.Errorf("%.100q is no proxy, which is written HOST:PORT, such as proxy.example:3128", strings.SplitN(text, "?", 2)[0])
	}
	return nil
}

// Close closes the connections that are not in use.
func (c *Client) Close() error {
	c.pools.Purge()
	if c.secrets != nil {
		return c.secrets.Close()
	}
	return nil
}

// poolKey is what connections are shared by.
type poolKey struct {
	proxy, proxyUser, proxyPassword string
	total, perRoute                 int
}

// pool are connections.
type pool struct {
	transport *http.Transport
	turns     chan struct{} // one for each request under way
}

func (c *Client) pool(key poolKey) *pool {
	if p, ok := c.pools.Get(key); ok {
		return p
	}
	o := egress.Options{Connections: key.perRoute, TLS: c.tls}
	if key.proxy != "" {
		o.Proxy = &url.URL{Scheme: "http", Host: key.proxy}
		if key.proxyUser != "" {
			o.Proxy.User = url.UserPassword(key.proxyUser, key.proxyPassword)
		}
	}
	p := &pool{c.policy.Transport(o), make(chan struct{}, cmp.Or(key.total, usualTotal))}
	if known, ok, _ := c.pools.PeekOrAdd(key, p); ok {
		return known
	}
	return p
}

var (
	errEmpty      = errors.New("the answer is empty")
	errNoObject   = errors.New("the answer is no JSON object")
	errConnection = errors.New("no connection of the pool is free in time")
	errSocket     = errors.New("nothing came for as long as socket.timeout allows")
)

// secret returns a password, "" for a login without one.
func (c *Client) secret(ctx context.Context, l login) (string, error) {
	switch {
	case !l.complete():
		return "", nil
	case c.secrets == nil:
		return "", errors.New("a password is to be read, but no folder of secrets was given; --rest-secrets of the stellar command does")
	}
	password, _, err := c.secrets.Read(ctx, l.passwordPath, maxSecret)
	if err != nil {
		return "", fmt.Errorf("the file of a password: %w", err)
	}
	return string(password), nil
}

// answer returns the object that is answered, frozen. The error of an answer that is
// empty, and may be, is errEmpty. Errors do not show what was asked or answered.
func (c *Client) answer(ctx context.Context, r *request) (value.Value, error) {
	if err := c.check(r.target); err != nil {
		return value.Null, err
	}
	if r.proxy != "" && !slices.Contains(c.proxies, r.proxy) {
		return value.Null, errors.New("the proxy is not among those that are allowed; --rest-proxy of the stellar command allows one")
	}
	var key cacheKey
	if r.cacheTime > 0 {
		key = keyOf(r)
		if v, ok := c.cache.get(key); ok {
			if v.IsNull() {
				return v, errEmpty
			}
			return v, nil
		}
	}
	v, err := c.ask(ctx, r)
	if r.cacheTime > 0 && (err == nil || errors.Is(err, errEmpty)) {
		c.cache.put(key, v, r.cacheTime)
	}
	return v, err
}

// maxTold bounds what is remembered to have been told.
const maxTold = 100

// first reports whether something is to be told that was not told before.
func (c *Client) first(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told[text] || len(c.told) >= maxTold {
		return false
	}
	if c.told == nil {
		c.told = map[string]bool{}
	}
	c.told[text] = true
	return true
}

// check returns why a URL may not be asked, and what would allow it.
func (c *Client) check(u *url.URL) error {
	err := c.policy.Check(u)
	if err == nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return err
	}
	return fmt.Errorf("%w; --rest-allow %s of the stellar command allows that", err, egress.Allowing(u))
}

// ask sends a request within its time.
func (c *Client) ask(ctx context.Context, r *request) (value.Value, error) {
	ctx, cancel := context.WithTimeout(ctx, min(r.timeout, c.maxTimeout))
	defer cancel()
	password, err := c.secret(ctx, r.login)
	if err != nil {
		return value.Null, err
	}
	key := poolKey{proxy: r.proxy, total: r.total, perRoute: r.perRoute}
	if r.proxyLogin.complete() {
		key.proxyUser = r.proxyLogin.user
		if key.proxyPassword, err = c.secret(ctx, r.proxyLogin); err != nil {
			return value.Null, err
		}
	}
	p := c.pool(key)
	if err := p.enter(ctx, r.connection); err != nil {
		return value.Null, err
	}
	defer func() { <-p.turns }()
	if r.connect > 0 {
		ctx = egress.WithConnectTime(ctx, r.connect)
	}
	return c.exchange(ctx, r, p.transport, password)
}

// enter waits until another request may be under way.
func (p *pool) enter(ctx context.Context, most time.Duration) error {
	if most > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, most)
		defer cancel()
	}
	select {
	case p.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errConnection
	}
}

const maxRedirects = 5

// exchange sends a request, follows where the answer redirects to, and reads the answer.
// The login goes to the place that was asked alone.
func (c *Client) exchange(ctx context.Context, r *request, transport http.RoundTripper, password string) (value.Value, error) {
	target, method, body := r.target, r.method, r.body
	for redirects := 0; ; redirects++ {
		h := newRequest(method, target, body, r.verify)
		if r.login.complete() && target.Scheme == r.target.Scheme && target.Host == r.target.Host {
			h.SetBasicAuth(r.login.user, password)
		}
		next, v, err := c.roundTrip(ctx, r, transport, h)
		if next == nil {
			return v, err
		}
		if redirects == maxRedirects {
			return value.Null, fmt.Errorf("it redirects more than %d times", maxRedirects)
		}
		if err := c.check(next); err != nil {
			return value.Null, fmt.Errorf("it redirects: %w", err)
		}
		target, method, body = next, http.MethodGet, nil
	}
}

func newRequest(method string, target *url.URL, body []byte, plain bool) *http.Request {
	h := &http.Request{Method: method, URL: target, Host: target.Host, Header: http.Header{"Accept": {"application/json"}, "User-Agent": {"stellar"}}}
	if method == http.MethodPost {
		h.Header.Set("Content-Type", "application/json")
		h.Body, h.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		if len(body) == 0 {
			h.Body = http.NoBody
		}
	}
	if plain { // compressed answers have another length than what is read
		h.Header.Set("Accept-Encoding", "identity")
	}
	return h
}

// roundTrip sends a request, and returns where it is redirected to or what is answered.
func (c *Client) roundTrip(ctx context.Context, r *request, transport http.RoundTripper, h *http.Request) (*url.URL, value.Value, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	quiet := newWatch(r.socket, func() { cancel(errSocket) })
	defer quiet.stop()
	waiting := newWatch(r.connection, func() { cancel(errConnection) })
	defer waiting.stop()
	waiting.start()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(string, string) { waiting.stop() },
		GotConn:      func(httptrace.GotConnInfo) { waiting.stop(); quiet.start() },
	})
	response, err := transport.RoundTrip(h.WithContext(ctx))
	if err != nil {
		return nil, value.Null, failure(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	switch code := response.StatusCode; {
	case slices.Contains(r.codes, int32(code)) && code != http.StatusSwitchingProtocols:
	case redirects(code, h.Method):
		next, err := response.Location()
		if err == nil {
			return next, value.Null, nil
		}
		fallthrough
	default:
		return nil, value.Null, fmt.Errorf("the status is %d", code)
	}
	quiet.start()
	body, err := io.ReadAll(io.LimitReader(&watched{response.Body, quiet}, c.responseSize+1))
	if err != nil {
		return nil, value.Null, failure(ctx, err)
	}
	v, err := c.object(r, response, body)
	return nil, v, err
}

// redirects reports whether a status is followed. Data are sent to one place alone.
func redirects(code int, method string) bool {
	switch code {
	case http.StatusSeeOther:
		return true
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return method == http.MethodGet
	}
	return false
}

// failure returns what failed, in words without what was asked.
func failure(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errSocket) || errors.Is(cause, errConnection) {
		return cause
	}
	if err = egress.Failure(err); errors.Is(err, egress.ErrRefused) {
		err = fmt.Errorf("%w; --rest-networks of the stellar command allows a network", err)
	}
	return err
}

// object reads the object that a body holds.
func (c *Client) object(r *request, response *http.Response, body []byte) (value.Value, error) {
	if int64(len(body)) > c.responseSize {
		return value.Null, fmt.Errorf("the answer has more than the limit of %d bytes", c.responseSize)
	}
	if stated := response.Header.Get("Content-Length"); r.verify && stated != strconv.Itoa(len(body)) {
		return value.Null, fmt.Errorf("the answer has %d bytes, which its Content-Length does not say", len(body))
	}
	body, err := decoded(response.Header.Get("Content-Type"), body)
	if err != nil {
		return value.Null, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return value.Null, errEmpty
	}
	v, err := value.ParseJSONWith(body, value.JSONOptions{Frozen: true, Lenient: true, MaxSize: 16 * c.responseSize})
	if err != nil || v.Kind() != value.KindMap {
		return value.Null, errNoObject
	}
	return v, nil
}

// decoded returns a body in UTF-8, which it is unless its type says otherwise.
func decoded(contentType string, body []byte) ([]byte, error) {
	_, parameters, err := mime.ParseMediaType(contentType)
	charset := parameters["charset"]
	if err != nil || charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii") {
		return body, nil
	}
	encoding, err := ianaindex.MIME.Encoding(charset)
	if err != nil || encoding == nil {
		return nil, errors.New("the answer is in a charset that is not known")
	}
	if body, err = encoding.NewDecoder().Bytes(body); err != nil {
		return nil, errors.New("the answer is not in the charset that it states")
	}
	return body, nil
}
