package kafka

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAddresses(t *testing.T) {
	s, err := ParseSource("kafka://a:9092,b:1/x,y?group=g&start=latest&session-timeout=10s&commit-interval=1s&instance=i")
	require.NoError(t, err)
	require.Equal(t, Source{
		Brokers: []string{"a:9092", "b:1"}, Topics: []string{"x", "y"}, Group: "g", Latest: true,
		Session: 10 * time.Second, Commit: time.Second, Instance: "i",
	}, s)
	to, err := ParseTarget("kafka://[2001:db8::1]:9092/x?key=ip_src_addr")
	require.NoError(t, err)
	require.Equal(t, Target{Brokers: []string{"[2001:db8::1]:9092"}, Topic: "x", Key: "ip_src_addr"}, to)
	for text, want := range map[string]string{
		"in":                                       `"in" is no address of a topic, which is written kafka://HOST:PORT/TOPIC`,
		"kafka://a/x?group=g":                      `"a": the port is missing; write a:9092`,
		"kafka://u:p@a:1/x?group=g":                "a broker is written HOST:PORT, without a user",
		"kafka://a:1?group=g":                      "the topic is missing",
		"kafka://a:1/x":                            "the group is missing, by whose name workers share the partitions: kafka://a:1/x?group=NAME",
		"kafka://a:1/x y?group=g":                  `"x y" is no name of a topic`,
		"kafka://a:1/x,?group=g":                   "a topic has no name",
		"kafka://a:1/x?group=g&key=k":              `there is no setting "key" here; there are group, start, session-timeout`,
		"kafka://a:1/x?group=g&group=h":            "group is there more than once",
		"kafka://a:1/x?group=g&start=middle":       "start is earliest or latest",
		"kafka://a:1/x?group=g&session-timeout=10": "session-timeout is a time from 1s to 30m0s, such as 30s or 500ms",
		"kafka://a:1/x?start=latest":               "kafka://a:1/x?start=latest: the group is missing, by whose name workers share the partitions: kafka://a:1/x?group=NAME&start=latest",
		"kafka://a:1/x?group=":                     "kafka://a:1/x?group=: group has no value",
		"kafka://a:1/x?group=g#h":                  "kafka://a:1/x?group=g#h: nothing follows a # in an address; one that belongs to a value is written %23",
		"kafka://a:1/x,y,x?group=g":                "kafka://a:1/x,y,x?group=g: the topic x is there more than once",
		"kafka:///x?group=g":                       "kafka:///x?group=g: the brokers are missing: kafka://HOST:PORT/TOPIC",
		"kafka://a:1/x?group=%zz":                  "what follows ? is not NAME=VALUE",
	} {
		_, err := ParseSource(text)
		require.ErrorContains(t, err, want)
	}
	for text, want := range map[string]string{
		"kafka://a:1/x,y":       `kafka://a:1/x,y: "x,y" is no name of a topic`,
		"kafka://a:1/x?group=g": `there is no setting "group" here, only key`,
		"kafka://a:1/x?key=":    "key has no value",
	} {
		_, err := ParseTarget(text)
		require.ErrorContains(t, err, want)
	}
}
