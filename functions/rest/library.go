// Package rest has the functions that ask services by HTTP. They go where a policy of the
// host allows, and nowhere without one.
package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/functions/internal/globals"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is what the functions ask.
type Host struct {
	// Client sends requests. Nil means that none may be sent.
	Client *Client
	// Globals returns the global configuration, a map, or null if there is none. Nil means
	// that there is none. An error makes a call fail.
	Globals func(ctx context.Context) (value.Value, error)
}

// Library returns the family.
func Library(h Host) fn.Library {
	return fn.Library{Name: "rest", Doc: "services that are asked by HTTP", Functions: []fn.Func{h.get(), h.post()}}
}

const settingsDoc = "Settings, of the argument, of stellar.rest.%s.settings and of stellar.rest.settings in the global configuration, the first first: " +
	"timeout in milliseconds for all of the request, 1000 if it is left out; connect.timeout, connection.request.timeout and socket.timeout; " +
	"response.codes.allowed, [200]; error.value.override instead of null for failures, empty.content.override for an empty answer; " +
	"verify.content.length; basic.auth.user and basic.auth.password.path, a file of the folder of secrets, all of which counts, also a line end; proxy.host, proxy.port, " +
	"proxy.basic.auth.user and proxy.basic.auth.password.path; pooling.max.total and pooling.default.max.per.route; " +
	"cache.ttl, for how many milliseconds an answer is kept for equal requests, 0 if it is left out"

func docOf(method string) string { return fmt.Sprintf(settingsDoc, method) }

var (
	settingsParam = fn.Param{Name: "settings", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "a map of settings that win over the global configuration"}
	queryParam    = fn.Param{Name: "query", Kinds: fn.Map, Null: fn.NullAccepted, Optional: true, Doc: "a map of texts, which become parameters of the URL in place of those of the same name"}
	urlParam      = fn.Param{Name: "url", Kinds: fn.String, Doc: "the URL"}
)

func (h Host) get() fn.Func {
	return fn.Func{
		Name: "REST_GET", Params: []fn.Param{urlParam, settingsParam, queryParam},
		Result: fn.Any, ResultDoc: "the object that is answered, a map; null, or what settings say, of a failure and of an empty answer",
		Doc: "Asks a service by HTTP GET, and returns the JSON object that it answers. " + docOf("get") + ".",
		Examples: []fn.Example{
			{Expr: "REST_GET('https://api.example.com/reputation?ip=192.0.2.1')", Want: "{'score' : 7}"},
			{Expr: "REST_GET('https://api.example.com/reputation', {'timeout' : 500, 'cache.ttl' : 60000}, {'ip' : '192.0.2.1'})", Want: "{'score' : 7}"},
		},
		Purity: fn.External, Cost: fn.OwnCost, Prepare: prepare(1, h.getting), Body: h.getting(false),
	}
}

func (h Host) post() fn.Func {
	return fn.Func{
		Name: "REST_POST", Params: []fn.Param{
			urlParam,
			{Name: "data", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "what is sent: a text that holds JSON, or a map, whose null members are left out. Anything else is sent as TO_STRING shows it; of a list that is no JSON if texts are in it"},
			settingsParam, queryParam,
		},
		Result: fn.Any, ResultDoc: "the object that is answered, a map; null, or what settings say, of a failure and of an empty answer",
		Doc: "Sends data to a service by HTTP POST, and returns the JSON object that it answers. " + docOf("post") +
			"; enforce.json, true if it is left out: a text that is not JSON is an error.",
		Examples: []fn.Example{
			{Expr: "REST_POST('https://api.example.com/reputation', {'ip' : '192.0.2.1'})", Want: "{'score' : 7}"},
		},
		Purity: fn.External, Cost: fn.OwnCost, Prepare: prepare(2, h.posting), Body: h.posting(false),
	}
}

// getting returns the body of REST_GET. A check has told what is wrong with the names of
// settings if checked is true.
func (h Host) getting(checked bool) fn.Body {
	return func(c *fn.Call) (value.Value, error) { return h.call(c, "GET", value.Null, 1, checked) }
}

// posting returns the body of REST_POST, as getting does.
func (h Host) posting(checked bool) fn.Body {
	return func(c *fn.Call) (value.Value, error) { return h.call(c, "POST", c.Args[1], 2, checked) }
}

// prepare warns of settings that there are not, in argument i.
func prepare(i int, body func(checked bool) fn.Body) func(fn.Constants) (fn.Prepared, error) {
	return func(constants fn.Constants) (fn.Prepared, error) {
		v, _ := constants.Get(i)
		if v.Kind() != value.KindMap {
			return fn.Prepared{}, nil
		}
		prepared := fn.Prepared{Body: body(true)}
		for _, text := range misspelt(v.Map(), "") {
			prepared.Warnings = append(prepared.Warnings, fn.Warning{Arg: i, Message: text})
		}
		return prepared, nil
	}
}

// layers are the names of settings in the global configuration, the most particular first.
func layers(method string) []string {
	if method == "GET" {
		return []string{"stellar.rest.get.settings", "stellar.rest.settings"}
	}
	return []string{"stellar.rest.post.settings", "stellar.rest.settings"}
}

// settings returns those of a call, argument i of which is a map of settings or null. The
// names in that are known if it was checked.
func (h Host) settings(c *fn.Call, method string, i int, checked bool) (settings, error) {
	var s settings
	tell := func(m *value.Map, where string) {
		for _, text := range misspelt(m, where) {
			if h.Client.first(text) {
				c.Observe(fn.Event{Subject: "REST_" + method, Err: errors.New(text)})
			}
		}
	}
	if m := c.Arg(i).Map(); m != nil {
		if err := c.Spend(int64(m.Len())); err != nil {
			return s, err
		}
		if !checked {
			tell(m, "")
		}
		s.maps = append(s.maps, m)
	}
	s.arg = i
	top, err := globals.Of(c, h.Globals)
	if top == nil {
		return s, err
	}
	for _, name := range layers(method) {
		v, _ := top.Get(value.String(name))
		if m := v.Map(); m != nil {
			tell(m, " in "+name+" of the global configuration")
			s.maps = append(s.maps, m)
		}
	}
	s.top = top
	return s, nil
}

// pairs returns the query, in order.
func pairs(query value.Value, i int) ([][2]string, error) {
	var all [][2]string
	if m := query.Map(); m != nil {
		for name, v := range m.All() {
			if name.Kind() != value.KindString || v.Kind() != value.KindString {
				return nil, fn.Typef(i, "the parameters of the URL are texts, and one is a %s", v.Kind())
			}
			all = append(all, [2]string{name.Str(), v.Str()})
		}
	}
	return all, nil
}

// withoutNulls returns a value whose maps have no null members.
func withoutNulls(v value.Value) value.Value {
	switch v.Kind() {
	case value.KindMap:
		m := value.NewMap(v.Len())
		for key, member := range v.Map().All() {
			if !member.IsNull() {
				m.PutNew(key, withoutNulls(member))
			}
		}
		return value.FromMap(m)
	case value.KindList:
		items := slices.Collect(v.List().All())
		for i := range items {
			items[i] = withoutNulls(items[i])
		}
		return value.ListOf(items...)
	}
	return v
}
