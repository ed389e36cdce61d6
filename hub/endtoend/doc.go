// Package endtoend plays the whole product through its front doors: the real hub
// and the real simulator as processes of their own, the command line, the API
// and the wires between them. It holds no product code.
package endtoend
