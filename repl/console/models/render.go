package models

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/repl/console/page"
)

//go:embed templates static
var files embed.FS

// templates are the pages, each with what all have in common.
var templates = func() map[string]*template.Template {
	common := template.Must(template.New("").Funcs(template.FuncMap{
		"path": pathOf, "when": when, "clock": clock, "size": sizeText, "join": strings.Join, "mark": stateMark, "percent": percent, "count": count, "said": said, "short": short, "moment": moment, "took": took,
	}).ParseFS(files, "templates/layout.html", "templates/parts.html"))
	all := make(map[string]*template.Template)
	for _, name := range []string{"login", "message", "overview", "model", "confirm", "deployment", "try", "monitoring", "deploy", "staged"} {
		all[name] = template.Must(template.Must(common.Clone()).ParseFS(files, "templates/"+name+".html"))
	}
	return all
}()

// visit is a user who looks at a page, with what the server has to tell.
type visit struct {
	User
	Notice  string // of what was done
	Problem string // of what was not
	// Live is after how many seconds a script brings what has changed, and Refresh
	// after how many the page is loaded again without one; 0 for never.
	Live, Refresh int
}

// May reports whether the user may do what takes a role.
func (v visit) May(role string) bool { return v.Role >= roleNames[role] && v.Role > 0 }

// rendered is what the layout shows.
type rendered struct {
	visit
	Name   string // of the template
	Health *health
	Here   string // path of the page, with its query
	Page   any
}

// health is how the whole is.
type health struct {
	Models, Instances int // in the registry
	Serving, Wanted   int // replicas
	Failed            int
	PID               int
	Since, At         time.Time
	Memory            int64
	CPUs              float64
	Session           *control.Session // with ZooKeeper; nil without it
}

func (c *console) health() *health {
	m := c.Controller.Machine()
	h := &health{PID: m.PID, Since: m.Since, At: time.Now(), Memory: m.Memory, CPUs: m.CPUs}
	if session, ok := c.Controller.Session(); ok {
		session.Age = session.Age.Round(time.Second)
		h.Session = &session
	}
	s := c.Controller.Registry().Snapshot()
	for name := range s.Models() {
		h.Models++
		h.Instances += len(s.Instances(name))
	}
	for _, d := range c.Controller.Deployments() {
		h.Serving += d.Serving
		h.Wanted += d.Replicas
		for _, i := range d.Instances {
			if i.State == control.Failed {
				h.Failed++
			}
		}
	}
	return h
}

// Well reports whether all that is wanted serves.
func (h *health) Well() bool { return h.Serving >= h.Wanted }

// visit returns a visit, with what the last change has left to be told.
func (c *console) visit(w http.ResponseWriter, r *http.Request, user User) visit {
	v := visit{User: user}
	if cookie, err := r.Cookie(noticeCookie); err == nil && r.Method == http.MethodGet {
		v.Notice, _ = url.QueryUnescape(cookie.Value)
		http.SetCookie(w, &http.Cookie{Name: noticeCookie, Path: Path, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	return v
}

// noticeCookie tells the page after a change what was done.
const noticeCookie = "stellar-console-notice"

// done leads to a page that says what was done.
func (c *console) done(w http.ResponseWriter, r *http.Request, path, format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	const most = 1000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	http.SetCookie(w, &http.Cookie{
		Name: noticeCookie, Value: url.QueryEscape(text), Path: Path, MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// render writes a page. It is made in memory first, so that nothing half is sent.
func (c *console) render(w http.ResponseWriter, r *http.Request, status int, name string, v visit, of any) {
	var out bytes.Buffer
	shown := rendered{visit: v, Name: name, Here: r.URL.RequestURI(), Page: of}
	if v.Role > 0 {
		shown.Health = c.health()
	}
	if err := templates[name].ExecuteTemplate(&out, "layout", shown); err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError) // a mistake of ours
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // whoever has asked may be gone
}

// fail shows what is wrong.
func (c *console) fail(w http.ResponseWriter, r *http.Request, v visit, status int, err error) {
	v.Problem = problem(err)
	c.render(w, r, status, "message", v, r.PathValue("model"))
}

// problem says for people what is wrong. That it was refused, they see.
func problem(err error) string {
	text := err.Error()
	for _, kind := range []error{control.ErrInvalid, control.ErrUnknown} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}

func (c *console) notFound(w http.ResponseWriter, r *http.Request, v visit) {
	c.fail(w, r, v, http.StatusNotFound, fmt.Errorf("there is no page %.200q", r.URL.Path))
}

// serveFile serves a style or script.
func (c *console) serveFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	from, path := fs.FS(files), "static/"+name
	if name == "style.css" { // one look with the page
		from, path = page.Files(), name
	}
	content, err := fs.ReadFile(from, path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}

// pathOf returns a path of the console from its parts.
func pathOf(parts ...string) string {
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = url.PathEscape(part)
	}
	return Path + strings.Join(escaped, "/")
}

func modelPath(model string, parts ...string) string {
	return pathOf(append([]string{"models", model}, parts...)...)
}

// when returns a time for people.
func when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// moment returns a time for the axis of a chart.
func moment(t time.Time) string { return t.UTC().Format("Jan 2 15:04") }

// short returns the beginning of a digest, and other texts as they are.
func short(text string) string {
	const most = len("sha256:") + 12
	if strings.HasPrefix(text, "sha256:") && len(text) > most {
		return text[:most] + "…"
	}
	return text
}

// clock returns a time for programs.
func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// took returns a time for people.
func took(d time.Duration) string {
	switch {
	case d == 0:
		return "–" // there was none
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}

func sizeText(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.4g GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.4g MiB", float64(bytes)/(1<<20))
	case bytes >= 1<<10:
		return fmt.Sprintf("%.4g KiB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// changesText says what was changed.
func changesText(changes []maas.VersionChange) string {
	if len(changes) == 0 {
		return "nothing had to be changed"
	}
	var texts []string
	for _, c := range changes {
		text := fmt.Sprintf("%s: %s is %s", c.Version, c.What, c.To)
		if c.From != "" {
			text += ", was " + c.From
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}
