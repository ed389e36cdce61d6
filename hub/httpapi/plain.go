package httpapi

import "net/http"

// registerPlain adds what is no JSON call: the socket, the page and what
// monitoring asks for.
func (a *API) registerPlain(mux *http.ServeMux) {
}

func (a *API) wrap(h http.Handler) http.Handler { return h }

type sockets struct{}

func newSockets() *sockets { return &sockets{} }
