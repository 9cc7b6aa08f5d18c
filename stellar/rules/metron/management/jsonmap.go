package management

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// mapStrategies are what JSONMapParser does with maps within a message.
var mapStrategies = []string{"DROP", "UNFOLD", "ALLOW", "ERROR"}

// readJSON is JSONMapParser: mapStrategy, jsonpQuery, wrapInEntityArray, wrapEntityName
// and overrideOriginalString.
func readJSON(r *reading, text string) ([]*value.Map, error) {
	strategy, err := r.textOr("mapStrategy", "DROP")
	if err != nil {
		return nil, err
	}
	if !contains(mapStrategies, strategy) {
		return nil, fn.Argumentf(0, "parserConfig.mapStrategy must be one of %s", strings.Join(mapStrategies, ", "))
	}
	override, err := r.flag("overrideOriginalString")
	if err != nil {
		return nil, err
	}
	objects, err := r.objects(text)
	if err != nil {
		return nil, err
	}
	var messages []*value.Map
	for _, object := range objects {
		m := value.NewMap(object.Len() + 3)
		for k, v := range object.All() {
			if m, err = r.member(m, k.String(), v, strategy); err != nil {
				return nil, err
			}
		}
		if override {
			whole := string(value.FromMap(object).AppendJSON(nil))
			if err := r.spendOn(whole); err != nil {
				return nil, err
			}
			m = m.Put(key(originalString), value.String(whole))
		} else {
			m = m.Put(key(originalString), value.String(text))
		}
		if !has(m, timestamp) {
			m = m.Put(key(timestamp), r.now())
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// objects returns the objects in a text: it is one, or the query says which are.
func (r *reading) objects(text string) ([]*value.Map, error) {
	wrap, err := r.flag("wrapInEntityArray")
	if err != nil {
		return nil, err
	}
	if wrap {
		name, err := r.textOr("wrapEntityName", "messages")
		if err != nil {
			return nil, err
		}
		text = "{" + string(value.String(name).AppendJSON(nil)) + ":[" + text + "]}"
		if err := r.spendOn(text); err != nil {
			return nil, err
		}
	}
	query, err := r.text("jsonpQuery")
	if err != nil {
		return nil, err
	}
	names, err := queryNames(query)
	if err != nil {
		return nil, err
	}
	v, err := r.json(text)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if v.Kind() != value.KindMap || !has(v.Map(), name) {
			return nil, refuse("there is nothing at %s", query)
		}
		v = get(v.Map(), name)
	}
	var objects []*value.Map
	switch v.Kind() {
	case value.KindMap:
		objects = []*value.Map{v.Map()}
	case value.KindList:
		if query == "" {
			return nil, refuse("the text must be a JSON object, and is a list: jsonpQuery says where messages are")
		}
		for item := range v.List().All() {
			if item.Kind() != value.KindMap {
				return nil, refuse("a message must be a JSON object, not %s", fn.Of(item.Kind()).Indefinite())
			}
			objects = append(objects, item.Map())
		}
	default:
		return nil, refuse("the text must be a JSON object, not %s", fn.Of(v.Kind()).Indefinite())
	}
	return objects, nil
}

// json reads JSON, the text of which has been charged.
func (r *reading) json(text string) (value.Value, error) {
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		return value.Null, refuse("the text is no JSON: %v", err)
	}
	return v, nil
}

var (
	queryForm = regexp.MustCompile(`^\$((?:\.[A-Za-z_][\w-]*|\['[^']*'\])*)(?:\[\*\]|\.\*)?$`)
	queryStep = regexp.MustCompile(`\.([A-Za-z_][\w-]*)|\['([^']*)'\]`)
)

// queryNames returns the names that a path goes through, none for "".
func queryNames(query string) ([]string, error) {
	if query == "" {
		return nil, nil
	}
	form := queryForm.FindStringSubmatch(query)
	if form == nil {
		return nil, fn.Argumentf(0, "parserConfig.jsonpQuery: of JSONPath only names can be followed here, such as $.events or $['events'][*]")
	}
	var names []string
	for _, step := range queryStep.FindAllStringSubmatch(form[1], -1) {
		names = append(names, step[1]+step[2])
	}
	return names, nil
}

// member adds a member of an object to a message.
func (r *reading) member(m *value.Map, name string, v value.Value, strategy string) (*value.Map, error) {
	if err := r.fields(1); err != nil {
		return nil, err
	}
	if v.Kind() != value.KindMap || strategy == "ALLOW" {
		return m.Put(key(name), v), nil
	}
	switch strategy {
	case "ERROR":
		return nil, refuse("%.60s is a map, which mapStrategy does not allow", name)
	case "UNFOLD":
		for k, item := range v.Map().All() {
			below := name + "." + k.String()
			if err := r.spendOn(below); err != nil {
				return nil, err
			}
			var err error
			if m, err = r.member(m, below, item, strategy); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// broNames are the fields of Bro that have the names of Metron in messages, the first
// that is there.
var broNames = []struct {
	to   string
	from []string
	list string // of which the first item counts otherwise
}{
	{"ip_src_addr", []string{"source_ip", "id.orig_h"}, "tx_hosts"}, {"ip_dst_addr", []string{"dest_ip", "id.resp_h"}, "rx_hosts"},
	{"ip_src_port", []string{"source_port", "id.orig_p"}, ""}, {"ip_dst_port", []string{"dest_port", "id.resp_p"}, ""},
}

// readBro is BasicBroParser: an object of one member, the name of which is the
// protocol, or one with the protocol in type.
func readBro(r *reading, text string) ([]*value.Map, error) {
	v, err := r.json(text)
	if err != nil {
		return nil, err
	}
	if v.Kind() != value.KindMap {
		return nil, refuse("the text must be a JSON object, not %s", fn.Of(v.Kind()).Indefinite())
	}
	protocol, payload := get(v.Map(), "type").String(), v.Map()
	if !has(v.Map(), "type") {
		for k, member := range v.Map().All() {
			if member.Kind() != value.KindMap {
				return nil, refuse("the member %.60s must be an object, not %s", k.String(), fn.Of(member.Kind()).Indefinite())
			}
			protocol, payload = k.String(), member.Map()
			break
		}
	}
	if err := r.fields(payload.Len()); err != nil {
		return nil, err
	}
	m, original := value.NewMap(payload.Len()+5), strings.Builder{}
	original.WriteString(strings.ToUpper(protocol) + " |")
	for k, item := range payload.All() {
		m = m.Put(k, item)
		original.WriteString(" " + k.String() + ":" + item.String())
	}
	if err := r.spendOn(original.String()); err != nil {
		return nil, err
	}
	m = m.Put(key(originalString), value.String(original.String()))
	if has(m, "ts") {
		m = m.Put(key(timestamp), get(m, "ts")).Delete(key("ts"))
	}
	if v := get(m, timestamp); !v.IsNull() {
		seconds, ok := v.Number()
		if !ok {
			return nil, refuse("the time is no number of seconds")
		}
		written := strings.TrimRight(strconv.FormatFloat(seconds, 'f', 6, 64), "0")
		if strings.HasSuffix(written, ".") {
			written += "0"
		}
		m = m.Put(key(timestamp), value.Long(int64(seconds*1000))).Put(key("bro_timestamp"), value.String(written))
	}
	for _, n := range broNames {
		m = renameFirst(m, n.to, n.from...)
		if items := get(m, n.list); n.list != "" && !has(m, n.to) && items.Kind() == value.KindList && items.Len() > 0 {
			m = m.Put(key(n.to), items.List().At(0)).Delete(key(n.list))
		}
	}
	return []*value.Map{m.Put(key("protocol"), value.String(protocol))}, nil
}

// renameFirst renames the first of some fields that is there.
func renameFirst(m *value.Map, to string, from ...string) *value.Map {
	for _, name := range from {
		if v, ok := m.Get(key(name)); ok {
			return m.Delete(key(name)).Put(key(to), v)
		}
	}
	return m
}
