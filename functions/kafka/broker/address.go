// Package broker has what all connections to brokers of Kafka need: how their addresses are
// written, how one logs in, and what went wrong in words.
package broker

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// CheckAddress reports what is wrong with the address of a broker. It does not show users
// and passwords.
func CheckAddress(text string) error {
	if strings.Contains(text, "@") {
		return errors.New("a broker is written HOST:PORT, without a user; sasl.jaas.config of the properties says who logs in")
	}
	if _, address, ok := strings.Cut(text, "://"); ok {
		return fmt.Errorf("%.100q: a broker is written without a scheme: %.100s", text, strings.TrimRight(address, "/"))
	}
	host, port, err := net.SplitHostPort(text)
	switch number, wrong := strconv.ParseUint(port, 10, 16); {
	case text == "" || strings.ContainsAny(text, " \t\n/?#,"):
		return fmt.Errorf("%.100q is no broker, which is written HOST:PORT, such as kafka1:9092", text)
	case err != nil && !strings.Contains(text, ":"):
		return fmt.Errorf("%.100q: the port is missing; write %.100s:9092", text, text)
	case err != nil:
		return fmt.Errorf("%.100q is no broker, which is written HOST:PORT, such as kafka1:9092 or [2001:db8::1]:9092", text)
	case host == "":
		return fmt.Errorf("%.100q: the host is missing; write localhost:%.100s for a broker on this machine", text, port)
	case wrong != nil || number == 0:
		return fmt.Errorf("%.100q: a port is a number from 1 to 65535", text)
	}
	return nil
}
