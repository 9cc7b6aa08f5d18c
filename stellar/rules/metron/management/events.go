package management

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// renaming is a name of a form and that of Metron.
type renaming struct{ from, to string }

// readCEF is CEFParser. Names of extensions stay, but for those that Metron has a name
// for.
func readCEF(r *reading, text string) ([]*value.Map, error) {
	v, err := r.apply("PARSE_CEF", value.String(text), value.Null)
	if err != nil {
		return nil, err
	}
	event := v.Map()
	m := deviceFields(event, "device_vendor", "device_product", "device_version", "device_event_class_id")
	m = m.Put(key("Name"), get(event, "name")).Put(key("Severity"), cefSeverity(get(event, "severity").Str()))
	m, err = r.extend(m, get(event, "extension").Map(), []renaming{
		{"dst", "ip_dst_addr"}, {"dpt", "ip_dst_port"}, {"src", "ip_src_addr"}, {"spt", "ip_src_port"},
		{"act", "deviceAction"}, {"app", "protocol"},
	})
	if err != nil {
		return nil, err
	}
	at := r.now()
	written, host := syslogHeader(text, "CEF:")
	switch rt := get(m, "rt").Str(); {
	case rt != "":
		at, err = r.eventTime(rt, []string{"MMM dd yyyy HH:mm:ss.SSS zzz", "MMM dd yyyy HH:mm:ss.SSS", "MMM dd yyyy HH:mm:ss zzz", "MMM dd yyyy HH:mm:ss"})
	case written != "":
		at, err = r.syslogTime(written)
	}
	if err != nil {
		return nil, err
	}
	if host != "" {
		m = m.Put(key("host"), value.String(host))
	}
	return []*value.Map{m.Put(key(timestamp), at)}, nil
}

// deviceFields are the first fields of an event, which are named by parts of its form.
func deviceFields(event *value.Map, parts ...string) *value.Map {
	m := value.NewMap(16)
	for i, name := range []string{"DeviceVendor", "DeviceProduct", "DeviceVersion", "DeviceEvent"} {
		m = m.Put(key(name), get(event, parts[i]))
	}
	return m
}

// cefSeverity returns the word for a severity from 0 to 10.
func cefSeverity(text string) value.Value {
	switch n, err := strconv.Atoi(text); {
	case err != nil || n < 0 || n > 10:
		return value.String(text)
	case n <= 3:
		return value.String("Low")
	case n <= 6:
		return value.String("Medium")
	case n <= 8:
		return value.String("High")
	}
	return value.String("Very-High")
}

// extend adds the pairs of an event to a message, some of them with other names. Ports
// become numbers.
func (r *reading) extend(m, pairs *value.Map, names []renaming) (*value.Map, error) {
	if err := r.fields(pairs.Len()); err != nil {
		return nil, err
	}
	for k, v := range pairs.All() {
		m = m.Put(k, v)
	}
	for _, n := range names {
		m = renameFirst(m, n.to, n.from)
		if port, err := strconv.ParseInt(get(m, n.to).Str(), 10, 32); err == nil && strings.HasSuffix(n.to, "_port") {
			m = m.Put(key(n.to), value.Int(int32(port)))
		}
	}
	return m, nil
}

// readLEEF is LEEFParser.
func readLEEF(r *reading, text string) ([]*value.Map, error) {
	v, err := r.apply("PARSE_LEEF", value.String(text), value.Null)
	if err != nil {
		return nil, err
	}
	event := v.Map()
	m, err := r.extend(deviceFields(event, "vendor", "product", "product_version", "event_id"), get(event, "attributes").Map(), []renaming{
		{"dst", "ip_dst_addr"}, {"dstPort", "ip_dst_port"}, {"src", "ip_src_addr"}, {"srcPort", "ip_src_port"},
		{"act", "deviceAction"}, {"proto", "protocol"},
	})
	if err != nil {
		return nil, err
	}
	at := r.now()
	written, host := syslogHeader(text, "LEEF:")
	switch devTime := get(m, "devTime").Str(); {
	case devTime != "":
		formats := []string{"MMM dd yyyy HH:mm:ss.SSS zzz", "MMM dd yyyy HH:mm:ss.SSS", "MMM dd yyyy HH:mm:ss zzz", "MMM dd yyyy HH:mm:ss"}
		if format := get(m, "devTimeFormat").Str(); format != "" {
			formats = []string{format}
		}
		at, err = r.eventTime(devTime, formats)
	case written != "":
		at, err = r.syslogTime(written)
	}
	if err != nil {
		return nil, err
	}
	if host != "" {
		m = m.Put(key("host"), value.String(host))
	}
	return []*value.Map{m.Put(key(timestamp), at)}, nil
}

// eventTime reads milliseconds, a date of one of some formats, or a time of syslog.
func (r *reading) eventTime(text string, formats []string) (value.Value, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return value.Long(n), nil
	}
	for _, format := range formats {
		v, err := r.date(text, format, "UTC")
		if err == nil || notAMessage(err) == "" && !isAboutArgument(err) {
			return v, err
		}
		if notAMessage(err) == "" { // the format stands in the message
			return value.Null, refuse("the format of the time cannot be read")
		}
	}
	return r.syslogTime(text)
}

// headerForm is what stands before an event that syslog carries: a time and a host.
var headerForm = regexp.MustCompile(`^(?:<\d{1,3}>)?(?:\d{1,3} )?([A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{1,40})\s+(\S{1,255})`)

// syslogHeader returns the time and the host before a mark, "" if there are none.
func syslogHeader(text, mark string) (time, host string) {
	const most = 400
	before, _, _ := strings.Cut(text, mark)
	found := headerForm.FindStringSubmatch(before[:min(len(before), most)])
	if found == nil {
		return "", ""
	}
	return found[1], found[2]
}

// yearless is how far in the future a time without a year may be: clocks differ. One
// that is further was a year ago.
const yearless = 4 * 24 * time.Hour

// syslogTime reads a time of syslog, in UTC if it has no zone.
func (r *reading) syslogTime(text string) (value.Value, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return value.Long(t.UnixMilli()), nil
	}
	text = strings.Join(strings.Fields(text), " ")
	if t, err := time.Parse("Jan 2 2006 15:04:05", text); err == nil {
		return value.Long(t.UnixMilli()), nil
	}
	now := r.Now().UTC()
	year := now.Year()
	for range 2 { // the 29th of February is not in each
		t, err := time.Parse("2006 Jan 2 15:04:05", strconv.Itoa(year)+" "+text)
		if err == nil && !t.After(now.Add(yearless)) {
			return value.Long(t.UnixMilli()), nil
		}
		year--
	}
	return value.Null, refuse("the time is not of a form that syslog has")
}

func readSyslog5424(r *reading, text string) ([]*value.Map, error) { return r.syslog(text, true) }
func readSyslog3164(r *reading, text string) ([]*value.Map, error) { return r.syslog(text, false) }

// syslogNames are the fields of messages of syslog.
var syslogNames = []renaming{
	{"priority", "syslog.header.pri"}, {"severity", "syslog.header.severity"}, {"facility", "syslog.header.facility"},
	{"version", "syslog.header.version"}, {"timestamp", "syslog.header.timestamp"}, {"hostname", "syslog.header.hostName"},
	{"app_name", "syslog.header.appName"}, {"proc_id", "syslog.header.procId"}, {"msg_id", "syslog.header.msgId"},
}

// syslog reads the lines of a text as messages of one of the two forms. Values are
// texts, as Metron has them. What is a dash in RFC 5424 is as nilPolicy says.
func (r *reading) syslog(text string, versioned bool) ([]*value.Map, error) {
	policy, err := r.textOr("nilPolicy", "OMIT")
	if err != nil {
		return nil, err
	}
	if policies := []string{"OMIT", "NULL", "DASH"}; !contains(policies, policy) {
		return nil, fn.Argumentf(0, "parserConfig.nilPolicy must be one of %s", strings.Join(policies, ", "))
	}
	var messages []*value.Map
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		m, err := r.syslogLine(line, versioned, policy)
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return messages, nil
}

func (r *reading) syslogLine(line string, versioned bool, policy string) (*value.Map, error) {
	v, err := r.apply("PARSE_SYSLOG", value.String(line), value.Null)
	if err != nil {
		return nil, err
	}
	parsed := v.Map()
	if has := !get(parsed, "version").IsNull(); has != versioned {
		return nil, refuse("the text is not of the form of RFC %s", map[bool]string{true: "5424", false: "3164"}[versioned])
	}
	m, err := r.header(parsed, versioned, policy)
	if err != nil {
		return nil, err
	}
	m = m.Put(key(originalString), value.String(line))
	written := get(parsed, "timestamp")
	if written.IsNull() {
		return m.Put(key(timestamp), r.now()), nil
	}
	at, err := r.syslogTime(written.Str())
	return m.Put(key(timestamp), at), err
}

// header returns the fields of a message of syslog.
func (r *reading) header(parsed *value.Map, versioned bool, policy string) (*value.Map, error) {
	if err := r.fields(len(syslogNames)); err != nil {
		return nil, err
	}
	m := value.NewMap(len(syslogNames) + 4)
	for _, n := range syslogNames {
		v := get(parsed, n.from)
		switch {
		case !versioned && (n.from == "app_name" || n.from == "proc_id"): // they stay in the message
		case !v.IsNull():
			m = m.Put(key(n.to), value.String(v.String()))
		case versioned && policy == "NULL":
			m = m.Put(key(n.to), value.Null)
		case versioned && policy == "DASH":
			m = m.Put(key(n.to), value.String("-"))
		}
	}
	message := get(parsed, "message").Str()
	if !versioned {
		message = tagged(parsed) + message
	}
	m = m.Put(key("syslog.message"), value.String(message))
	data := get(parsed, "structured_data")
	if data.IsNull() {
		return m, nil
	}
	for id, params := range data.Map().All() {
		if err := r.fields(params.Len()); err != nil {
			return nil, err
		}
		for name, v := range params.Map().All() {
			path := "syslog.structuredData." + id.String() + "." + name.String()
			if err := r.spendOn(path); err != nil {
				return nil, err
			}
			m = m.Put(key(path), v)
		}
	}
	return m, nil
}

// tagged returns the tag of a message of RFC 3164 as it stands before the message.
func tagged(parsed *value.Map) string {
	name, id := get(parsed, "app_name").Str(), get(parsed, "proc_id").Str()
	switch {
	case name == "":
		return ""
	case id != "":
		return name + "[" + id + "]: "
	}
	return name + ": "
}
