package command

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/repl/console/models"
)

// maxUsersFile bounds the file of users.
const maxUsersFile = 4 << 20

// mountConsole has a server serve the console beside what it serves, until ctx ends, and
// returns the address at which that begins. The console asks for its own tokens, in place
// of that of the gateway.
func (c *maasUpCommand) mountConsole(ctx context.Context, server *http.Server, controller *control.Controller, measures *monitor.Monitor, address *net.TCPAddr) (string, error) {
	users, token := models.NewUser(whoami(), models.Admin)
	if c.Tokens != "" {
		text, err := readBounded(ctx, c.Tokens, maxUsersFile)
		if err != nil {
			return "", fmt.Errorf("--tokens: %w", err)
		}
		if users, err = models.ParseUsers(text); err != nil {
			return "", fmt.Errorf("--tokens: %s: %w", c.Tokens, err)
		}
		token = ""
	}
	console, err := models.Handler(ctx, models.Options{
		Controller: controller, Monitor: measures, Users: users, Hosts: append(c.AllowHost, address.IP.String()),
		NewClient: func(observe func(maas.Event)) models.Client {
			return newClient(controller.Registry(), maas.Options{Timeout: c.Timeout, CacheTime: -1, FailureTime: -1, Observe: observe})
		},
	})
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.Handle("/", server.Handler)
	mux.Handle(models.Path, console)
	mux.Handle("GET /{$}", http.RedirectHandler(models.Path, http.StatusSeeOther))
	server.Handler = mux
	host := address.String()
	if address.IP.IsUnspecified() {
		host = fmt.Sprintf("localhost:%d", address.Port)
	}
	page := "http://" + host + models.Path
	if token != "" {
		page += "#token=" + token
	}
	return page, nil
}
