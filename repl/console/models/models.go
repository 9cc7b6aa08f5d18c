// Package models is the console of the models of one machine: pages on which people see
// what runs and how it does, and change that. The server makes the pages; forms and links
// do all that can be done, and scripts only keep a page fresh and follow logs.
package models

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/repl/console/access"
	"github.com/stellarlang/stellar/stellar/value"
)

// Path is where the console is mounted.
const Path = "/console/"

// Client asks models: a *maas.Client, or one that closes more than that.
type Client interface {
	Call(ctx context.Context, r maas.Request) (value.Value, error)
	Close() error
}

// Options configure a console. All but Hosts and Monitor must be set.
type Options struct {
	Controller *control.Controller
	// NewClient returns a client of the controller's models that keeps no answers and
	// tells of what it does. It is used for one call, and closed.
	NewClient func(observe func(maas.Event)) Client
	// Users are those who may come.
	Users *Users
	// Hosts are the names by which the server may be asked, with or without a port,
	// besides those of the machine itself, such as localhost.
	Hosts []string
	// Monitor has what was measured; nil if nothing is.
	Monitor *monitor.Monitor
}

// policy lets pages have the scripts and styles of this server, and send forms to it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// console is the handler.
type console struct {
	Options
	ctx      context.Context // ends what goes on for long
	sessions sessions
	attempts attempts
	staged   staging
	streams  streams
	finding  chan struct{} // slots of those who look for something in logs
}

// Handler returns the console, which is to be mounted at Path. Logs are followed until
// ctx ends. A server of it must bound the time of reading requests.
func Handler(ctx context.Context, o Options) (http.Handler, error) {
	c := &console{Options: o, ctx: ctx, finding: make(chan struct{}, 2)}
	c.staged.folder = filepath.Join(o.Controller.Folder(), "uploads")
	if err := os.RemoveAll(c.staged.folder); err != nil { // of a controller that was killed
		return nil, fmt.Errorf("the console: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /console/static/{file}", c.serveFile)
	mux.HandleFunc("POST /console/login", c.login)
	mux.HandleFunc("POST /console/logout", c.logout)
	for pattern, of := range map[string]struct {
		role  Role // that is needed
		serve func(http.ResponseWriter, *http.Request, visit)
	}{
		"GET /console/{$}":                                   {Viewer, c.showOverview},
		"GET /console/models/{model}":                        {Viewer, c.showModel},
		"GET /console/models/{model}/change":                 {Operator, c.confirmChange},
		"POST /console/models/{model}/change":                {Operator, c.change},
		"GET /console/models/{model}/try":                    {Viewer, c.showTry},
		"POST /console/models/{model}/try":                   {Viewer, c.try},
		"GET /console/models/{model}/monitoring":             {Viewer, c.showMonitoring},
		"GET /console/models/{model}/versions/{version}":     {Viewer, c.showDeployment},
		"POST /console/models/{model}/versions/{version}":    {Operator, c.alter},
		"GET /console/models/{model}/versions/{version}/log": {Viewer, c.followLog},
		"GET /console/deploy":                                {Admin, c.showDeploy},
		"POST /console/deploy":                               {Admin, c.stage},
		"GET /console/deploy/{id}":                           {Admin, c.showStaged},
		"POST /console/deploy/{id}":                          {Admin, c.deploy},
		"/console/":                                          {Viewer, c.notFound},
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			user, ok := c.sessions.user(r)
			switch {
			case !ok:
				c.refuseStranger(w, r)
			case user.Role < of.role:
				c.fail(w, r, visit{User: user}, http.StatusForbidden, fmt.Errorf("%s is %s: this takes %s", user.Name, user.Role.article(), of.role.article()))
			default:
				of.serve(w, r, c.visit(w, r, user))
			}
		})
	}
	return unstored(access.Guarded(mux, c.Hosts, policy)), nil
}

// unstored has browsers and what is between keep no answers.
func unstored(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// changeTime bounds a change, and lookTime what a page asks others for.
const (
	changeTime = 30 * time.Second
	lookTime   = 10 * time.Second
)

// status returns the status of an answer that an error makes.
func status(err error) int {
	var refused *maas.RefusedError
	switch {
	case errors.Is(err, control.ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, control.ErrConflict) || errors.As(err, &refused):
		return http.StatusConflict
	case errors.Is(err, control.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}
