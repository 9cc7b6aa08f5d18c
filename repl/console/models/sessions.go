package models

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sessions are the browsers of users who have shown their tokens.
type sessions struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]session // by the digest of what the cookie holds
}

type session struct {
	user User
	ends time.Time
}

const (
	sessionTime = 12 * time.Hour
	maxSessions = 1000
)

// cookieName returns the name of the cookie: servers at other ports of the machine have
// the same cookies.
func cookieName(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return "stellar-console-" + port
	}
	return "stellar-console"
}

// begin begins a session.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request, user User) {
	key := rand.Text()
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[[sha256.Size]byte]session)
	}
	first := now.Add(2 * sessionTime)
	var oldest [sha256.Size]byte
	for digest, of := range s.all {
		if now.After(of.ends) {
			delete(s.all, digest)
		} else if of.ends.Before(first) {
			oldest, first = digest, of.ends
		}
	}
	if len(s.all) >= maxSessions {
		delete(s.all, oldest)
	}
	s.all[sha256.Sum256([]byte(key))] = session{user, now.Add(sessionTime)}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: key, Path: Path, MaxAge: int(sessionTime / time.Second),
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
}

// user returns whose session a request belongs to.
func (s *sessions) user(r *http.Request) (user User, ok bool) {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil {
		return User{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	of, ok := s.all[sha256.Sum256([]byte(cookie.Value))]
	if !ok || time.Now().After(of.ends) {
		return User{}, false
	}
	return of.user, true
}

// end ends the session that a request belongs to.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(cookieName(r)); err == nil {
		s.mu.Lock()
		delete(s.all, sha256.Sum256([]byte(cookie.Value)))
		s.mu.Unlock()
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName(r), Path: Path, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// entrance is what the page shows on which one gives one's token.
type entrance struct {
	Next string
}

const maxForm = 1 << 20

// refuseStranger answers somebody who has no session: with the form that asks for the
// token, if a page was wanted.
func (c *console) refuseStranger(w http.ResponseWriter, r *http.Request) {
	e := entrance{Next: Path}
	problem := ""
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		e.Next = r.URL.RequestURI()
	} else {
		problem = "The session has ended, and nothing was changed."
	}
	c.render(w, r, http.StatusUnauthorized, "login", visit{Problem: problem}, e)
}

// login exchanges a token for a session.
func (c *console) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	e := entrance{Next: ownPath(r.PostFormValue("next"))}
	if wait := c.attempts.begin(r); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		c.render(w, r, http.StatusTooManyRequests, "login", visit{Problem: fmt.Sprintf("Too many wrong tokens were tried. Try again in %s.", count(int(wait.Seconds()), "second"))}, e)
		return
	}
	user, ok := c.Users.find(strings.TrimSpace(r.PostFormValue("token")))
	if !ok {
		c.render(w, r, http.StatusUnauthorized, "login", visit{Problem: "That is not a token of this console. stellar maas up shows one when it begins, or its administrator has given you yours."}, e)
		return
	}
	c.attempts.succeed(r)
	c.sessions.begin(w, r, user)
	http.Redirect(w, r, e.Next, http.StatusSeeOther)
}

// ownPath returns a path if it is one of the console, and that of its first page if not.
func ownPath(path string) string {
	if strings.HasPrefix(path, Path) && !strings.ContainsAny(path, "\\\r\n") {
		return path
	}
	return Path
}

func (c *console) logout(w http.ResponseWriter, r *http.Request) {
	c.sessions.end(w, r)
	http.Redirect(w, r, Path, http.StatusSeeOther)
}
