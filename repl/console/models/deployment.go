package models

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
)

// deployment is what the page of a deployment shows.
type deployment struct {
	control.Status
	Machine control.Machine
	Log     *logView
	Said    *versionView // of the version; nil if nothing is
}

// logView is the end of the log of a replica.
type logView struct {
	Replica int
	Lines   []string
	None    string // why there is none
	Find    string // what is looked for; "" for the end of the log
	All     bool   // in the logs of all replicas
	Found   string // how much
}

// logLines is how many lines of a log a page shows at first.
const logLines = 50

// maxLine bounds how much of a line of a log is shown.
const maxLine = 4 << 10

// ReplicaNumbers returns the numbers of the replicas that may have logs.
func (d *deployment) ReplicaNumbers() (all []int) {
	for _, i := range d.Instances {
		if len(all) == 0 || all[len(all)-1] != i.Replica {
			all = append(all, i.Replica)
		}
	}
	return all
}

// Changes returns the journal of the deployment, the latest first.
func (d *deployment) Changes() []maas.Change {
	changes := slices.Clone(d.Journal)
	slices.Reverse(changes)
	return changes
}

// Present reports whether an instance is of the present generation.
func (d *deployment) Present(i control.Instance) bool { return i.Generation == d.Generation }

// Progress says how far the deployment has come.
func (d *deployment) Progress() string {
	counts := make(map[control.State]int)
	for _, i := range d.Instances {
		counts[i.State]++
	}
	text := fmt.Sprintf("%d of %d replicas serve", d.Serving, d.Replicas)
	for _, s := range []control.State{control.Starting, control.Pending, control.Failed, control.Draining} {
		if counts[s] > 0 {
			text += fmt.Sprintf(", %d %s", counts[s], map[control.State]string{
				control.Starting: "starting", control.Pending: "waiting", control.Failed: "failed", control.Draining: "about to end",
			}[s])
		}
	}
	return text + "."
}

// MemoryText says what memory a replica counts as.
func (d *deployment) MemoryText() string {
	if d.Memory == 0 {
		return sizeText(control.DefaultMemory) + " of memory (assumed)"
	}
	return sizeText(d.Memory) + " of memory"
}

// CPUsText says what CPUs a replica counts as.
func (d *deployment) CPUsText() string {
	if d.CPUs == 0 {
		return fmt.Sprintf("%.4g CPUs (assumed)", control.DefaultCPUs)
	}
	return fmt.Sprintf("%.4g CPUs", d.CPUs)
}

// showDeployment shows the instances of a version.
func (c *console) showDeployment(w http.ResponseWriter, r *http.Request, v visit) {
	s, err := c.Controller.Deployment(r.PathValue("model"), r.PathValue("version"))
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	d := &deployment{Status: s, Machine: c.Controller.Machine()}
	if m, err := c.view(s.Model); err == nil {
		d.Said = m.version(s.Version)
	}
	replica, err := strconv.Atoi(r.URL.Query().Get("replica"))
	if err != nil || replica < 1 {
		replica = 1
	}
	if find := r.URL.Query().Get("find"); find != "" {
		d.Log = c.findInLogs(r.Context(), s, replica, find, r.URL.Query().Get("in") == "all")
	} else {
		d.Log = c.logEnd(r.Context(), s, replica)
	}
	v.Live = 1
	if !s.Complete() {
		v.Refresh = 2
	}
	c.render(w, r, http.StatusOK, "deployment", v, d)
}

// logEnd returns the last lines that a replica has written.
func (c *console) logEnd(ctx context.Context, s control.Status, replica int) *logView {
	l := &logView{Replica: replica}
	var out bytes.Buffer
	if err := c.Controller.Log(ctx, &out, s.Model, s.Version, replica, logLines, false); err != nil {
		l.None = err.Error()
		if errors.Is(err, control.ErrUnknown) {
			l.None = "It has written nothing yet."
		}
		return l
	}
	for line := range strings.Lines(out.String()) {
		l.Lines = append(l.Lines, shownLine(line))
	}
	return l
}

// maxFound bounds the lines of logs that are found, and maxFind what is looked for.
const (
	maxFound = 200
	maxFind  = 200
)

// findInLogs looks for lines in the log of a replica, or of all.
func (c *console) findInLogs(ctx context.Context, s control.Status, replica int, find string, all bool) *logView {
	l := &logView{Replica: replica, Find: strings.ToValidUTF8(find[:min(len(find), maxFind)], ""), All: all}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	select { // few at a time: logs may be large
	case c.finding <- struct{}{}:
		defer func() { <-c.finding }()
	case <-ctx.Done():
		l.Found = "Others look for something in logs: try again."
		return l
	}
	replicas := []int{replica}
	if all {
		replicas = (&deployment{Status: s}).ReplicaNumbers()
	}
	found, more, err := c.Controller.FindInLogs(ctx, s.Model, s.Version, replicas, l.Find, maxFound)
	if err != nil {
		l.Found = problem(err)
		return l
	}
	l.Found = count(len(found)+more, "line")
	if more > 0 {
		l.Found += fmt.Sprintf(", of which the last %d are shown", len(found))
	}
	for _, of := range found {
		line := shownLine(of.Line)
		if all {
			line = fmt.Sprintf("#%d | %s", of.Replica, line)
		}
		l.Lines = append(l.Lines, line)
	}
	return l
}

// shownLine returns a line of a log as it is shown: without its end, not too long, and
// with no control characters.
func shownLine(line string) string {
	line = strings.TrimRight(line, "\r\n")
	if len(line) > maxLine {
		line = line[:maxLine] + " …"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '�'
		}
		return r
	}, strings.ToValidUTF8(line, "�"))
}

// alter changes how many replicas run, or replaces them.
func (c *console) alter(w http.ResponseWriter, r *http.Request, v visit) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	model, version := r.PathValue("model"), r.PathValue("version")
	if c.endsAnswers(r, model, version) {
		http.Redirect(w, r, modelPath(model, "change")+"?do=stop&version="+url.QueryEscape(version), http.StatusSeeOther)
		return
	}
	text, err := c.makeAlteration(r, v, model, version)
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	c.done(w, r, modelPath(model, "versions", version), "%s", text)
}

// endsAnswers reports whether a form would end all replicas of the only version that gets
// the calls that name none, which is to be confirmed.
func (c *console) endsAnswers(r *http.Request, model, version string) bool {
	if r.PostFormValue("do") != "scale" || strings.TrimSpace(r.PostFormValue("replicas")) != "0" {
		return false
	}
	m, err := c.view(model)
	if err != nil {
		return false
	}
	of := m.version(version)
	return of != nil && of.Share == 1
}

func (c *console) makeAlteration(r *http.Request, v visit, model, version string) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", fmt.Errorf("%w: the form cannot be read: %w", control.ErrInvalid, err)
	}
	revision, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil || revision <= 0 {
		return "", fmt.Errorf("%w: the form does not say which revision it changes", control.ErrInvalid)
	}
	switch do := r.PostForm.Get("do"); do {
	case "scale":
		replicas, err := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("replicas")))
		if err != nil {
			return "", fmt.Errorf("%w: replicas are %.20q, where a number is wanted", control.ErrInvalid, r.PostForm.Get("replicas"))
		}
		if _, err := c.Controller.Scale(v.by(), model, version, replicas, revision); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d replicas of %s %s are wanted.", replicas, model, version), nil
	case "restart":
		if _, err := c.Controller.Restart(v.by(), model, version, revision); err != nil {
			return "", err
		}
		return fmt.Sprintf("The replicas of %s %s are replaced one after the other: each new one serves before the old one leaves, if there is room.", model, version), nil
	default:
		return "", fmt.Errorf("%w: there is no change %.40q, but scale and restart", control.ErrInvalid, do)
	}
}
