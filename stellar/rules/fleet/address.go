package fleet

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/stellarlang/stellar/maas/zookeeper"
)

// scheme is that of addresses.
const scheme = "zookeeper://"

// Address says where rules are in ZooKeeper.
type Address struct {
	Servers []string // host:port of each
	Path    string   // of the node above all others of the set
	Sensor  string   // whose configurations of Metron are meant, "" if it is not said
}

// IsAddress reports whether a text is meant as an address, and not as the name of a file.
func IsAddress(text string) bool { return strings.HasPrefix(text, scheme) }

// ParseAddress reads an address: zookeeper://HOST[:PORT][,HOST[:PORT]…]/PATH, which may end
// in ?sensor=NAME.
func ParseAddress(text string) (Address, error) {
	rest, ok := strings.CutPrefix(text, scheme)
	if !ok {
		return Address{}, fmt.Errorf("an address of rules in ZooKeeper has the form %sHOST:PORT/PATH", scheme)
	}
	rest, query, _ := strings.Cut(rest, "?")
	servers, node, _ := strings.Cut(rest, "/")
	a := Address{Servers: strings.Split(servers, ","), Path: "/" + strings.TrimSuffix(node, "/")}
	switch {
	case strings.Contains(rest, "@"):
		return Address{}, errors.New("user and password do not belong into an address: --zookeeper-auth names a file with them")
	case servers == "":
		return Address{}, fmt.Errorf("the address names no server: %sHOST:PORT/PATH", scheme)
	case a.Path == "/":
		return Address{}, fmt.Errorf("the address names no node: %s%s/stellar/rules/site, or …/metron/topology", scheme, servers)
	case path.Clean(a.Path) != a.Path:
		return Address{}, fmt.Errorf("the path %.100q of the address must have the form /a/b", a.Path)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return Address{}, errors.New("what follows ? in the address is malformed")
	}
	for key := range values {
		if key != "sensor" {
			return Address{}, fmt.Errorf("the address has %.40q, and may have only ?sensor=NAME", key)
		}
	}
	a.Sensor = values.Get("sensor")
	return a, nil
}

// String is the reverse of ParseAddress.
func (a Address) String() string {
	text := scheme + strings.Join(a.Servers, ",") + a.Path
	if a.Sensor != "" {
		text += "?sensor=" + url.QueryEscape(a.Sensor)
	}
	return text
}

// Away returns an error that names the rules and says what to do, in place of one that says
// that there is no connection to ZooKeeper. Others it returns as they are.
func (a Address) Away(err error) error {
	if !errors.Is(err, zookeeper.ErrDisconnected) {
		return err
	}
	return fmt.Errorf("%v: %w: see whether a server runs at %s, and can be reached from this machine", a, zookeeper.ErrDisconnected, strings.Join(a.Servers, " or "))
}

// Set returns the name of the set, the last part of its path.
func (a Address) Set() string { return path.Base(a.Path) }
