package rest

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// stepsOfCall is the work of a request, besides that of its texts.
const stepsOfCall = 100

// call sends a request. Argument settings are the settings, and the query stands after
// those, if it is the last one.
func (h Host) call(c *fn.Call, method string, data value.Value, settings int, checked bool) (value.Value, error) {
	if h.Client == nil {
		return value.Null, fn.Externalf(fn.NoArg, "requests are not allowed; --rest-allow HOST of the stellar command allows those to a host")
	}
	s, err := h.settings(c, method, settings, checked)
	if err != nil {
		return value.Null, err
	}
	r := request{method: method}
	settingsReader := reader{settings: &s}
	settingsReader.read(&r)
	enforce := settingsReader.flag("enforce.json", true)
	if settingsReader.err != nil {
		return value.Null, settingsReader.err
	}
	var query [][2]string
	if last := settings + 1; len(c.Args) == last+1 {
		if query, err = pairs(c.Args[last], last); err != nil {
			return value.Null, err
		}
	}
	if r.target, err = targetOf(c.Args[0].Str(), query); err != nil {
		return value.Null, err
	}
	if method == "POST" {
		if r.body, err = bodyOf(c, data, enforce, h.Client.requestSize); err != nil {
			return value.Null, err
		}
	}
	if err := c.Spend(stepsOfCall + int64(len(r.target.String())+len(r.body))/64); err != nil {
		return value.Null, err
	}
	start := time.Now()
	answer, err := h.Client.answer(c.Context(), &r)
	switch {
	case c.Context().Err() != nil:
		return value.Null, c.Context().Err()
	case errors.Is(err, errEmpty):
		return r.empty, c.Allocate(r.empty.Size())
	case err != nil:
		e := fn.Event{Function: "REST_" + method, Subject: r.target.Hostname(), Err: err, Duration: time.Since(start)}
		if !r.fail.IsNull() {
			e.Gives = "what error.value.override says"
		}
		c.Observe(e)
		return r.fail, c.Allocate(r.fail.Size())
	}
	if err := c.Spend(answer.Size() / 64); err != nil {
		return value.Null, err
	}
	return answer, c.Allocate(answer.Size())
}

// maxURL bounds URLs, in bytes.
const maxURL = 64 << 10

// targetOf returns a URL in which parameters are replaced. Its errors do not show the
// URL, which may hold secrets.
func targetOf(text string, query [][2]string) (*url.URL, error) {
	target, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil || target.Host == "" || target.Opaque != "":
		return nil, fn.Argumentf(0, "that is no URL of the form https://HOST/PATH")
	case target.Scheme != "http" && target.Scheme != "https":
		return nil, fn.Argumentf(0, "the URL begins neither with https:// nor with http://")
	case target.User != nil:
		return nil, fn.Argumentf(0, "the URL holds a user; use the settings basic.auth.user and basic.auth.password.path")
	}
	if len(query) > 0 {
		var kept []string
		for part := range strings.SplitSeq(target.RawQuery, "&") {
			name, _, _ := strings.Cut(part, "=")
			name, err := url.QueryUnescape(name)
			replaced := part == ""
			for _, pair := range query {
				replaced = replaced || err == nil && name == pair[0]
			}
			if !replaced {
				kept = append(kept, part)
			}
		}
		for _, pair := range query {
			kept = append(kept, url.QueryEscape(pair[0])+"="+url.QueryEscape(pair[1]))
		}
		target.RawQuery = strings.Join(kept, "&")
	}
	target.Fragment, target.RawFragment = "", ""
	if len(target.RawPath)+len(target.Path)+len(target.RawQuery) > maxURL {
		return nil, fn.Limitf(0, "the URL has more than the limit of %d bytes", maxURL)
	}
	return target, nil
}

// bodyOf returns what is sent; more than most bytes are an error.
func bodyOf(c *fn.Call, data value.Value, enforce bool, most int64) ([]byte, error) {
	if data.IsNull() {
		return nil, nil
	}
	size := data.Size()
	if err := c.Spend(size / 64); err != nil {
		return nil, err
	}
	if size > 8*most { // before it is written
		return nil, fn.Limitf(1, "the data take more than the limit of %d bytes", most)
	}
	if err := c.Allocate(2 * size); err != nil {
		return nil, err
	}
	var body []byte
	switch data.Kind() {
	case value.KindMap:
		body = withoutNulls(data).AppendJSON(nil)
	case value.KindString:
		body = []byte(data.Str())
		if enforce {
			if _, err := value.ParseJSONWith(body, value.JSONOptions{MaxSize: 64 * most, Budget: c}); err != nil {
				return nil, fn.Argumentf(1, "the text is not JSON, which the setting enforce.json asks for")
			}
		}
	default:
		body = []byte(data.String())
	}
	if int64(len(body)) > most {
		return nil, fn.Limitf(1, "the data take %d bytes, more than the limit of %d", len(body), most)
	}
	return body, nil
}
