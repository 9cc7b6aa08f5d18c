package kafka

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/kafka/broker"
)

// Scheme begins the addresses of topics.
const Scheme = "kafka://"

// Source is what a worker reads.
type Source struct {
	Brokers []string // HOST:PORT
	Topics  []string
	// Group is the name that workers share. It begins at the oldest records, or with
	// Latest at those that are written after it has begun.
	Group  string
	Latest bool
	// Session is after how long without a sign of life others take over what a worker
	// reads; 45 seconds if it is zero.
	Session time.Duration
	// Commit is the time between commits; zero means half a second, or a tenth of a
	// second with transactions.
	Commit time.Duration
	// UntilEnd has a worker end when all is read, and what was made of it is written, that was
	// in the topics when it began, and not read by others. Those of a group end each when that
	// is so of their partitions.
	UntilEnd bool
	// Instance, if it is not empty, names a worker that keeps its partitions if it is
	// back before the session has ended.
	Instance string
}

// Target is where a worker writes to.
type Target struct {
	Brokers []string // HOST:PORT
	Topic   string
	// Key is the field that is the key of messages that came without one, such as lines.
	Key string
}

// checkOutput refuses a topic to write to that is read too, as that would never end.
func (s Source) checkOutput(what string, to *Target) error {
	shared := func(address string) bool { return slices.Contains(s.Brokers, address) }
	if to == nil || !slices.Contains(s.Topics, to.Topic) || !slices.ContainsFunc(to.Brokers, shared) {
		return nil
	}
	return fmt.Errorf("%s would go to %s, which is read too, and that would never end: name another topic", what, to.Topic)
}

// ParseSource parses kafka://HOST:PORT,…/TOPIC,…?group=NAME.
func ParseSource(text string) (Source, error) {
	brokers, path, query, err := parse(text, "group", "start", "session-timeout", "commit-interval", "instance")
	if err != nil {
		return Source{}, err
	}
	s := Source{Brokers: brokers, Topics: strings.Split(path, ","), Group: query.Get("group"), Instance: query.Get("instance")}
	for i, topic := range s.Topics {
		if err := checkTopic(topic); err != nil {
			return Source{}, fmt.Errorf("%.200s: %w", text, err)
		}
		if slices.Contains(s.Topics[:i], topic) {
			return Source{}, fmt.Errorf("%.200s: the topic %s is there more than once", text, topic)
		}
	}
	if s.Group == "" {
		query.Set("group", "NAME")
		address, _, _ := strings.Cut(text, "?")
		return Source{}, fmt.Errorf("%.200s: the group is missing, by whose name workers share the partitions: %.200s?%.200s", text, address, query.Encode())
	}
	switch query.Get("start") {
	case "", "earliest":
	case "latest":
		s.Latest = true
	default:
		return Source{}, fmt.Errorf("%s: start is earliest or latest", text)
	}
	if s.Session, err = parseTime(query, "session-timeout", time.Second, 30*time.Minute); err != nil {
		return Source{}, fmt.Errorf("%s: %w", text, err)
	}
	if s.Commit, err = parseTime(query, "commit-interval", 10*time.Millisecond, time.Minute); err != nil {
		return Source{}, fmt.Errorf("%s: %w", text, err)
	}
	return s, nil
}

// ParseTarget parses kafka://HOST:PORT,…/TOPIC?key=FIELD.
func ParseTarget(text string) (Target, error) {
	brokers, topic, query, err := parse(text, "key")
	if err != nil {
		return Target{}, err
	}
	if err := checkTopic(topic); err != nil {
		return Target{}, fmt.Errorf("%.200s: %w", text, err)
	}
	return Target{Brokers: brokers, Topic: topic, Key: query.Get("key")}, nil
}

// IsAddress reports whether a text is to be one of a topic.
func IsAddress(text string) bool { return strings.HasPrefix(text, Scheme) }

// parse takes an address to parts. Only so many settings may be in it.
func parse(text string, known ...string) (brokers []string, topic string, query url.Values, err error) {
	rest, ok := strings.CutPrefix(text, Scheme)
	if !ok {
		return nil, "", nil, fmt.Errorf("%.100q is no address of a topic, which is written kafka://HOST:PORT/TOPIC", text)
	}
	rest, settings, _ := strings.Cut(rest, "?")
	hosts, topic, _ := strings.Cut(rest, "/")
	if hosts == "" {
		return nil, "", nil, fmt.Errorf("%.200s: the brokers are missing: kafka://HOST:PORT/TOPIC", text)
	}
	brokers = strings.Split(hosts, ",")
	for _, address := range brokers {
		if err := broker.CheckAddress(address); err != nil {
			return nil, "", nil, err
		}
	}
	if topic == "" {
		return nil, "", nil, fmt.Errorf("%.200s: the topic is missing: kafka://HOST:PORT/TOPIC", text)
	}
	if strings.Contains(settings, "#") {
		return nil, "", nil, fmt.Errorf("%.200s: nothing follows a # in an address; one that belongs to a value is written %%23", text)
	}
	query, err = url.ParseQuery(settings)
	if err != nil {
		return nil, "", nil, fmt.Errorf("%.200s: what follows ? is not NAME=VALUE&…: %w", text, err)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch values := query[name]; {
		case !slices.Contains(known, name) && len(known) == 1:
			return nil, "", nil, fmt.Errorf("%.200s: there is no setting %.100q here, only %s", text, name, known[0])
		case !slices.Contains(known, name):
			return nil, "", nil, fmt.Errorf("%.200s: there is no setting %.100q here; there are %s", text, name, strings.Join(known, ", "))
		case len(values) > 1:
			return nil, "", nil, fmt.Errorf("%.200s: %s is there more than once", text, name)
		case values[0] == "":
			return nil, "", nil, fmt.Errorf("%.200s: %s has no value", text, name)
		}
	}
	return brokers, topic, query, nil
}

// checkTopic reports what is wrong with the name of a topic.
func checkTopic(name string) error {
	legal := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-'
	}
	switch wrong := strings.IndexFunc(name, func(r rune) bool { return !legal(r) }); {
	case name == "":
		return errors.New("a topic has no name")
	case wrong >= 0 || len(name) > 249 || name == "." || name == "..":
		return fmt.Errorf("%.100q is no name of a topic, which has letters of ASCII, digits, . _ and -", name)
	}
	return nil
}

// parseTime returns a setting that is a time, 0 if it is not there.
func parseTime(query url.Values, name string, least, most time.Duration) (time.Duration, error) {
	text := query.Get(name)
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < least || d > most {
		return 0, fmt.Errorf("%s is a time from %v to %v, such as 30s or 500ms", name, least, most)
	}
	return d, nil
}
