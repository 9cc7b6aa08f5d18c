// Package webhdfs is the file system of HDFS, over WebHDFS: the protocol that its name
// nodes speak by HTTP. Contents are read from, and written to, the data nodes that they
// redirect to.
package webhdfs

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/file"
	"github.com/stellarlang/stellar/functions/internal/egress"
	"github.com/stellarlang/stellar/stellar/value"
)

// Options choose an HDFS.
type Options struct {
	URL  string // of the name node, such as http://namenode:9870
	User string // in whose name files are used; "" stands for what the name node takes
	// Hosts are data nodes, as the name node redirects to them: HOST:PORT, *.NAME:PORT,
	// https://HOST:PORT, without a scheme that of URL. Those on the host of the name node
	// are allowed anyway.
	Hosts []string
	// Timeout bounds each call; 0 means 30 seconds.
	Timeout time.Duration
	TLS     *tls.Config // nil means the authorities of the system
}

// Client is an HDFS.
type Client struct {
	base      *url.URL
	user      string
	timeout   time.Duration
	policy    *egress.Policy
	transport *http.Transport
}

var _ file.System = (*Client)(nil)

const (
	usualTimeout = 30 * time.Second
	maxRedirects = 3
	maxReply     = 16 << 20 // bytes of an answer other than the content of a file
)

// Open returns an HDFS, which must be closed. It does not connect.
func Open(o Options) (*Client, error) {
	base, err := url.Parse(o.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, errors.New("the URL of a name node has the form http://HOST:PORT, such as http://namenode:9870")
	}
	allow := make([]string, len(o.Hosts))
	for i, host := range o.Hosts {
		if allow[i] = host; !strings.Contains(host, "://") {
			allow[i] = base.Scheme + "://" + host
		}
	}
	// Whoever names a host of a cluster means the address in a private network too.
	policy, err := egress.Parse(append(allow, base.Scheme+"://"+base.Host), []string{"0.0.0.0/0", "::/0"})
	if err != nil {
		return nil, err
	}
	return &Client{
		base: base, user: o.User, timeout: cmp.Or(o.Timeout, usualTimeout),
		policy: policy, transport: policy.Transport(egress.Options{TLS: o.TLS}),
	}, nil
}

// Close closes the connections that are not in use.
func (c *Client) Close() error {
	c.transport.CloseIdleConnections()
	return nil
}

// Read implements file.System.
func (c *Client) Read(ctx context.Context, name string, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	target, err := c.url(ctx, name, "OPEN", nil)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, http.MethodGet, target, nil, most)
}

// Write implements file.System.
func (c *Client) Write(ctx context.Context, name string, content []byte) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	target, err := c.url(ctx, name, "CREATE", url.Values{"overwrite": {"true"}})
	if err != nil {
		return err
	}
	_, err = c.do(ctx, http.MethodPut, target, content, maxReply)
	return err
}

// Remove implements file.System.
func (c *Client) Remove(ctx context.Context, name string, recursive bool) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	target, err := c.url(ctx, name, "DELETE", url.Values{"recursive": {strconv.FormatBool(recursive)}})
	if err != nil {
		return err
	}
	_, err = c.reply(ctx, http.MethodDelete, target) // its boolean is false if there was nothing
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// List implements file.System.
func (c *Client) List(ctx context.Context, name string, most int) ([]file.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	target, err := c.url(ctx, name, "LISTSTATUS", nil)
	if err != nil {
		return nil, err
	}
	reply, err := c.reply(ctx, http.MethodGet, target)
	if err != nil {
		return nil, err
	}
	list := member(member(reply, "FileStatuses"), "FileStatus").List()
	switch {
	case list == nil:
		return nil, errReply
	case list.Len() > most:
		return nil, fmt.Errorf("the folder has more than %d entries", most)
	}
	entries := make([]file.Entry, 0, list.Len())
	for status := range list.All() {
		entries = append(entries, entryOf(status, name))
	}
	return entries, nil
}

// entryOf returns a FileStatus of what is at a path or, if that is a folder, in it.
func entryOf(status value.Value, at string) file.Entry {
	size, _ := value.ToLong(member(status, "length"))
	modified, _ := value.ToLong(member(status, "modificationTime"))
	mode, _ := strconv.ParseUint(member(status, "permission").Str(), 8, 32)
	return file.Entry{
		Permission: fs.FileMode(mode).Perm().String()[1:], Owner: member(status, "owner").Str(), Group: member(status, "group").Str(),
		Size: size, Modified: time.UnixMilli(modified), Name: cmp.Or(member(status, "pathSuffix").Str(), path.Base(at)),
	}
}

func member(object value.Value, name string) value.Value {
	if m := object.Map(); m != nil {
		v, _ := m.Get(value.String(name))
		return v
	}
	return value.Null
}

// errReply says that the other side does not speak the protocol.
var errReply = errors.New("the answer is not one of WebHDFS")

// root is what the paths of all files begin with.
const root = "/webhdfs/v1"

// url returns where an operation on a file is asked for. A path that does not begin with
// a slash is one of the user's home, as the name node knows it.
func (c *Client) url(ctx context.Context, name, operation string, query url.Values) (*url.URL, error) {
	if strings.Contains(name, "://") {
		return nil, errors.New("a path in HDFS begins with a slash, and not with a scheme")
	}
	if !strings.HasPrefix(name, "/") {
		reply, err := c.reply(ctx, http.MethodGet, c.at("/", "GETHOMEDIRECTORY", nil))
		if err != nil {
			return nil, err
		}
		home := member(reply, "Path").Str()
		if !strings.HasPrefix(home, "/") {
			return nil, errReply
		}
		name = home + "/" + name
	}
	return c.at(path.Clean(name), operation, query), nil
}

func (c *Client) at(name, operation string, query url.Values) *url.URL {
	all := url.Values{"op": {operation}}
	for key, values := range query {
		all[key] = values
	}
	if c.user != "" {
		all.Set("user.name", c.user)
	}
	target := *c.base
	target.Path, target.RawPath = strings.TrimSuffix(c.base.Path, "/")+root+name, ""
	target.RawQuery = all.Encode()
	return &target
}

// reply returns the JSON of an answer.
func (c *Client) reply(ctx context.Context, method string, target *url.URL) (value.Value, error) {
	body, err := c.do(ctx, method, target, nil, maxReply)
	if err != nil {
		return value.Null, err
	}
	v, err := value.ParseJSON(body)
	if err != nil || v.Kind() != value.KindMap {
		return value.Null, errReply
	}
	return v, nil
}

// do asks for an operation, goes where the answer redirects to, and returns what comes
// from there, up to most bytes. The content of a file is sent to where the name node
// redirects, and to the name node only if it wants it itself.
func (c *Client) do(ctx context.Context, method string, target *url.URL, content []byte, most int64) ([]byte, error) {
	for redirects := 0; ; redirects++ {
		request := (&http.Request{Method: method, URL: target, Host: target.Host, Header: http.Header{}}).WithContext(ctx)
		if redirects > 0 && content != nil {
			request.Header.Set("Content-Type", "application/octet-stream")
			request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
		}
		response, err := c.transport.RoundTrip(request)
		if err != nil {
			return nil, egress.Failure(err)
		}
		body, err := c.body(response, most)
		switch {
		case err != nil:
			return nil, err
		case response.StatusCode != http.StatusTemporaryRedirect:
			if content != nil && redirects == 0 {
				return nil, errReply // it has not taken the content
			}
			return body, nil
		case redirects == maxRedirects:
			return nil, fmt.Errorf("it redirects more than %d times", maxRedirects)
		}
		next, err := response.Location()
		if err != nil {
			return nil, errReply
		}
		if !strings.EqualFold(next.Hostname(), c.base.Hostname()) || next.Scheme != c.base.Scheme {
			if err := c.policy.Check(next); err != nil {
				return nil, fmt.Errorf("the name node redirects to a data node: %w; --hdfs-hosts %s of the stellar command allows it", err, next.Host)
			}
		}
		target = next
	}
}

// body reads a response, and returns what it says failed. That of a redirection is empty.
func (c *Client) body(response *http.Response, most int64) ([]byte, error) {
	defer func() { _ = response.Body.Close() }()
	switch code := response.StatusCode; {
	case code == http.StatusTemporaryRedirect:
		return nil, nil
	case code != http.StatusOK && code != http.StatusCreated:
		return nil, c.exception(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err != nil {
		return nil, egress.Failure(err)
	}
	if int64(len(body)) > most {
		return nil, fmt.Errorf("it has more than the %d bytes that are allowed", most)
	}
	return body, nil
}

const maxException = 64 << 10 // bytes of an answer that says what failed

// exception returns what failed, by the name of Java's exception: its message has the
// path, which may come from a message.
func (c *Client) exception(response *http.Response) error {
	if response.StatusCode == http.StatusSwitchingProtocols {
		return errReply
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxException))
	v, _ := value.ParseJSON(text)
	name := member(member(v, "RemoteException"), "exception").Str()
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			name = ""
			break
		}
	}
	switch {
	case name == "FileNotFoundException":
		return fs.ErrNotExist
	case name != "" && len(name) < 100:
		return fmt.Errorf("the status is %d, %s", response.StatusCode, name)
	}
	return fmt.Errorf("the status is %d", response.StatusCode)
}
