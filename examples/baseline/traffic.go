package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// message is what a proxy says of a request.
type message struct {
	Timestamp int64  `json:"timestamp"` // in milliseconds
	Source    string `json:"ip_src_addr"`
	Domain    string `json:"domain"`
	Status    int    `json:"status"`
	BytesOut  int    `json:"bytes_out"`
}

// The day that is looked at, a Wednesday, and the week before it.
var (
	today = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	since = today.AddDate(0, 0, -8)
	until = today.AddDate(0, 0, 1)
)

// hosts is how many there are.
const hosts = 20

// anomaly is something unusual that a host does.
type anomaly struct {
	host    int
	from    time.Time
	profile string // in which it shows
	what    string
	each    time.Duration // time between requests
	request func(random *rand.Rand) message
}

// anomalies are hidden in the day, each for half an hour.
var anomalies = []anomaly{
	{7, today.Add(3*time.Hour + 15*time.Minute), "bytes sent", "uploads a database at night", time.Minute, func(random *rand.Rand) message {
		return message{Domain: "files.example", Status: 200, BytesOut: 400_000 + random.IntN(200_000)}
	}},
	{13, today.Add(14 * time.Hour), "domains", "looks for its master among generated names", 12 * time.Second, func(random *rand.Rand) message {
		return message{Domain: fmt.Sprintf("%x.example", random.Uint64()), Status: 200, BytesOut: 300 + random.IntN(200)}
	}},
	{18, today.Add(10*time.Hour + 15*time.Minute), "denied", "tries what it may not see", 20 * time.Second, func(random *rand.Rand) message {
		return message{Domain: "intranet.example", Status: 403, BytesOut: 500 + random.IntN(100)}
	}},
}

// lasting is how long an anomaly lasts.
const lasting = 30 * time.Minute

// perMinute returns how many requests a host makes in a minute on average.
func perMinute(host int, at time.Time) float64 {
	hour := float64(at.Hour()) + float64(at.Minute())/60
	working := math.Exp(-math.Pow((hour-13)/4, 2)) // most at one o'clock
	if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		working = 0
	}
	return 0.03 + working*(0.2+0.04*float64(host))
}

// traffic returns the messages of all hosts, in the order of their times. It is the same
// each time.
func traffic() iter.Seq[message] {
	return func(yield func(message) bool) {
		random := rand.New(rand.NewPCG(2026, 11))
		for minute := since; minute.Before(until); minute = minute.Add(time.Minute) {
			var all []message
			for host := range hosts {
				all = append(all, usual(random, host, minute)...)
			}
			for _, a := range anomalies {
				all = append(all, a.requests(random, minute)...)
			}
			slices.SortStableFunc(all, func(a, b message) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
			for _, m := range all {
				if !yield(m) {
					return
				}
			}
		}
	}
}

func address(host int) string { return fmt.Sprintf("10.1.0.%d", host) }

// usual returns what a host requests in a minute.
func usual(random *rand.Rand, host int, minute time.Time) []message {
	var all []message
	for left := perMinute(host, minute); random.Float64() < left; left-- {
		m := message{
			Timestamp: minute.Add(time.Duration(random.IntN(60)) * time.Second).UnixMilli(), Source: address(host),
			Domain: fmt.Sprintf("site%d.example", int(math.Pow(random.Float64(), 3)*80)), Status: 200,
			BytesOut: int(2000 * math.Exp(random.NormFloat64())),
		}
		if random.IntN(60) == 0 {
			m.Status = 403
		}
		all = append(all, m)
	}
	return all
}

// requests returns those of a minute.
func (a *anomaly) requests(random *rand.Rand, minute time.Time) []message {
	var all []message
	for at := minute; at.Before(minute.Add(time.Minute)); at = at.Add(a.each) {
		if !at.Before(a.from) && at.Before(a.from.Add(lasting)) {
			m := a.request(random)
			m.Timestamp, m.Source = at.UnixMilli(), address(a.host)
			all = append(all, m)
		}
	}
	return all
}

// text returns the message as JSON.
func (m message) text() []byte {
	text, _ := json.Marshal(m) // it has nothing that cannot be written
	return text
}
