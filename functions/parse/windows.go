package parse

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var windowsForm = form{
	name:   "WINDOWS_EVENT",
	text:   "an event of Windows in XML, as the event log renders it",
	result: fn.Map,
	resultDoc: "a map with provider_name, provider_guid, event_id, version, level, task and opcode (integers), keywords, time_created, event_record_id (an integer), " +
		"activity_id, related_activity_id, process_id and thread_id (integers), channel, computer, user_id, and the maps event_data, user_data and rendering_info",
	doc: "Reads an event of the Windows event log in XML. In event_data each Data has its own name, one without a name param1, param2 and so on by its place; " +
		"in user_data and rendering_info the innermost elements have their own names.",
	tolerated: "an event without the namespace of Windows events, and text around it",
	options:   []option{repeatedOption},
	examples: []fn.Example{
		{
			Expr: `MAP_GET('event_data', PARSE_WINDOWS_EVENT('<Event><System><EventID>4625</EventID></System><EventData><Data Name="TargetUserName">jdoe</Data></EventData></Event>'))`,
			Want: "{'TargetUserName' : 'jdoe'}",
		},
		{
			Expr: `MAP_GET('event_id', PARSE_WINDOWS_EVENT('<Event><System><EventID Qualifiers="0">4625</EventID></System></Event>'))`,
			Want: "4625",
		},
		{Expr: "PARSE_WINDOWS_EVENT('<Event><System></Event>')", Want: "null"},
	},
	parse: parseWindowsEvent,
}

const windowsNamespace = "http://schemas.microsoft.com/win/2004/08/events/event"

// systemPart is a part of the element System: the text of an element, or an attribute.
type systemPart struct {
	name, element, attribute string
	integer                  bool
}

var systemParts = []systemPart{
	{"provider_name", "Provider", "Name", false},
	{"provider_guid", "Provider", "Guid", false},
	{"event_id", "EventID", "", true},
	{"version", "Version", "", true},
	{"level", "Level", "", true},
	{"task", "Task", "", true},
	{"opcode", "Opcode", "", true},
	{"keywords", "Keywords", "", false},
	{"time_created", "TimeCreated", "SystemTime", false},
	{"event_record_id", "EventRecordID", "", true},
	{"activity_id", "Correlation", "ActivityID", false},
	{"related_activity_id", "Correlation", "RelatedActivityID", false},
	{"process_id", "Execution", "ProcessID", true},
	{"thread_id", "Execution", "ThreadID", true},
	{"channel", "Channel", "", false},
	{"computer", "Computer", "", false},
	{"user_id", "Security", "UserID", false},
}

// sections are the elements of an event besides System, and the parts that they make.
var sections = []struct{ element, name string }{
	{"EventData", "event_data"}, {"UserData", "user_data"}, {"RenderingInfo", "rendering_info"},
}

// eventReader reads the elements of an event.
type eventReader struct {
	*source
	system   *value.Map
	sections map[string]*fields
	unnamed  int // elements Data without a name

	path []string // of the elements that are open
	name string   // of a Data
	leaf bool     // the innermost element had no others
	text strings.Builder
}

func parseWindowsEvent(s *source) (value.Value, error) {
	r := eventReader{source: s, sections: map[string]*fields{}, system: value.NewMap(len(systemParts) + len(sections))}
	for _, p := range systemParts {
		r.system = r.system.Put(value.String(p.name), value.Null)
	}
	text := s.text
	if !s.strict {
		text = fromEvent(text)
	}
	decoder := xml.NewDecoder(&chargedReader{source: s, rest: text})
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is text already
	if err := r.read(decoder); err != nil {
		return value.Null, err
	}
	if id, _ := r.system.Get(value.String("event_id")); id.IsNull() {
		return value.Null, refuse("there is no EventID in System")
	}
	for _, section := range sections {
		v := value.Null
		if f := r.sections[section.element]; f != nil {
			v = f.value()
		}
		r.system = r.system.Put(value.String(section.name), v)
	}
	return value.FromMap(r.system), nil
}

// fromEvent returns text without what stands before an event, such as the header of
// syslog, which need not be XML.
func fromEvent(text string) string {
	const tag = "<Event"
	for rest := text; ; {
		start := strings.Index(rest, tag)
		if start < 0 {
			return text
		}
		rest = rest[start:]
		if len(rest) > len(tag) && strings.IndexByte(blanks+">", rest[len(tag)]) >= 0 {
			return rest
		}
		rest = rest[len(tag):]
	}
}

func (r *eventReader) read(decoder *xml.Decoder) error {
	found := false
	for {
		token, err := decoder.RawToken()
		var syntax *xml.SyntaxError
		switch {
		case errors.Is(err, io.EOF) && found && len(r.path) == 0:
			return nil
		case errors.Is(err, io.EOF), errors.As(err, &syntax):
			if found && len(r.path) == 0 && !r.strict {
				return nil
			}
			if syntax == nil {
				return refuse("the text is no event in XML: it ends before the event does")
			}
			return refuse("the text is no event in XML: %v", err)
		case err != nil:
			return err
		}
		if err := r.Spend(stepsPerField); err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(r.path) == 0 && (found || token.Name.Local != "Event") {
				return refuse("there is another element than one Event")
			}
			found = true
			err = r.open(token)
		case xml.EndElement:
			err = r.close(token.Name.Local)
		case xml.CharData:
			err = r.characters(token)
		}
		if err != nil {
			return err
		}
	}
}

// maxElementDepth is how deep the elements of an event may be nested.
const maxElementDepth = 100

func (r *eventReader) open(e xml.StartElement) error {
	if len(r.path) == maxElementDepth {
		return refuse("elements are nested deeper than %d", maxElementDepth)
	}
	if err := r.Spend(int64(len(e.Attr))); err != nil {
		return err
	}
	r.path = append(r.path, e.Name.Local)
	r.name, r.leaf = "", true
	r.text.Reset()
	switch {
	case len(r.path) == 1:
		if r.strict && attribute(e, "xmlns") != windowsNamespace {
			return refuse("the event has not the namespace %s", windowsNamespace)
		}
	case r.path[1] == "System" && len(r.path) == 3:
		for _, p := range systemParts {
			if p.element == e.Name.Local && p.attribute != "" {
				if err := r.set(p, attribute(e, p.attribute)); err != nil {
					return err
				}
			}
		}
	case r.path[1] == "EventData":
		r.name = attribute(e, "Name")
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// set sets a part of System. An empty text leaves it null.
func (r *eventReader) set(p systemPart, text string) error {
	text = strings.Trim(text, blanks)
	if text == "" {
		return nil
	}
	v := value.String(text)
	if p.integer {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return refuse("%s is no integer", strings.TrimSpace(p.element+" "+p.attribute))
		}
		v = value.Integer(n)
	}
	r.system = r.system.Put(value.String(p.name), v)
	return nil
}

func (r *eventReader) characters(text []byte) error {
	if len(r.path) == 0 {
		if r.strict && !isBlank(string(text)) {
			return refuse("there is text around the event")
		}
		return nil
	}
	if r.leaf {
		r.text.Write(text)
	}
	return nil
}

func (r *eventReader) close(name string) error {
	last := len(r.path) - 1
	if last < 0 || r.path[last] != name {
		return refuse("the text is no event in XML: </%.40s> ends no element", name)
	}
	text, leaf := r.text.String(), r.leaf
	path := r.path
	r.path, r.leaf = r.path[:last], false
	if !leaf || len(path) < 3 {
		return nil
	}
	if path[1] == "System" {
		for _, p := range systemParts {
			if len(path) == 3 && p.element == name && p.attribute == "" {
				return r.set(p, text)
			}
		}
		return nil
	}
	return r.addLeaf(path[1], name, text)
}

// addLeaf adds an innermost element of a section.
func (r *eventReader) addLeaf(section, name, text string) error {
	for _, s := range sections {
		if s.element != section {
			continue
		}
		f := r.sections[section]
		if f == nil {
			f = r.newFields()
			r.sections[section] = f
		}
		if section == "EventData" && name == "Data" {
			if name = r.name; name == "" {
				r.unnamed++
				name = "param" + strconv.Itoa(r.unnamed)
			}
		}
		return f.add(name, value.String(text))
	}
	return nil
}

// chargedReader reads a text, and charges what decoding XML takes, as it goes.
type chargedReader struct {
	*source
	rest string
}

const (
	bytesPerXMLStep = 2
	memoryOfXMLByte = 16
)

// Read implements io.Reader.
func (r *chargedReader) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), bytesAtOnce)], r.rest)
	if n == 0 {
		return 0, io.EOF
	}
	r.rest = r.rest[n:]
	if err := r.Spend(int64(n / bytesPerXMLStep)); err != nil {
		return 0, err
	}
	return n, r.Allocate(int64(memoryOfXMLByte * n))
}
