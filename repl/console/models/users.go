package models

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
)

// Role says what a user may do. Each role may do what those before it may.
type Role int

// The roles.
const (
	Viewer   Role = iota + 1 // looks, and tries calls
	Operator                 // changes which calls versions get, and how many replicas run
	Admin                    // brings programs onto the machine, and forces changes
)

var roleNames = map[string]Role{"viewer": Viewer, "operator": Operator, "admin": Admin}

// String returns the name of the role.
func (r Role) String() string {
	for name, role := range roleNames {
		if role == r {
			return name
		}
	}
	return "stranger"
}

// article returns the name of the role with its article.
func (r Role) article() string {
	if r == Viewer {
		return "a viewer"
	}
	return "an " + r.String()
}

// User is somebody who may come.
type User struct {
	Name string
	Role Role
}

// Users are those who may come, by the digests of their tokens.
type Users struct{ known []known }

type known struct {
	User
	digest [sha256.Size]byte
}

// NewUser returns a user with a new token, and that.
func NewUser(name string, role Role) (users *Users, token string) {
	token = rand.Text()
	return &Users{[]known{{User{name, role}, sha256.Sum256([]byte(token))}}}, token
}

const (
	maxUsers = 10_000
	maxName  = 64
)

// ParseUsers reads a list of users: on each line a name, a role, and the SHA-256 digest
// of the token, in 64 hexadecimal digits. What follows # is a comment.
func ParseUsers(text []byte) (*Users, error) {
	u := &Users{}
	digests := make(map[[sha256.Size]byte]string)
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 {
			return nil, fmt.Errorf("line %d has %d words, where a name, a role and the SHA-256 of a token are wanted", n, len(fields))
		}
		role, ok := roleNames[fields[1]]
		if !ok {
			return nil, fmt.Errorf("line %d: there is no role %.20q, but viewer, operator and admin", n, fields[1])
		}
		digest, err := hex.DecodeString(fields[2])
		if err != nil || len(digest) != sha256.Size {
			return nil, fmt.Errorf("line %d: the SHA-256 of the token of %.64q has 64 hexadecimal digits, as sha256sum writes it", n, fields[0])
		}
		k := known{User{fields[0], role}, [sha256.Size]byte(digest)}
		if other, ok := digests[k.digest]; ok {
			return nil, fmt.Errorf("line %d: %.64q has the token of %.64q", n, k.Name, other)
		}
		if len(k.Name) > maxName || len(u.known) == maxUsers {
			return nil, fmt.Errorf("line %d: a name has more than %d bytes, or there are more than %d users", n, maxName, maxUsers)
		}
		digests[k.digest] = k.Name
		u.known = append(u.known, k)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(u.known) == 0 {
		return nil, fmt.Errorf("it names nobody")
	}
	return u, nil
}

// find returns the user of a token. Its time does not depend on who that is.
func (u *Users) find(token string) (user User, ok bool) {
	digest := sha256.Sum256([]byte(token))
	for _, k := range u.known {
		if subtle.ConstantTimeCompare(digest[:], k.digest[:]) == 1 {
			user, ok = k.User, true
		}
	}
	return user, ok
}
