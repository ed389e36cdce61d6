package httpapi

import (
	"context"
	"net/http"

	"github.com/smart-commune/smart-commune/hub/account"
)

// Feed is the calendar of what is planned, for those who have its address.
type Feed interface {
	http.Handler
	Address() (string, error)
	Renew() (string, error)
}

type feedOutput struct {
	Body struct {
		Address string `json:"address" doc:"Of the iCalendar feed; without a host where the hub does not know its own" example:"/feed/k3v…/lich.ics"`
	}
}

func (a *API) registerFeed() {
	speak := those(account.CanAnnounce)
	register(a, operation{id: "calendar-feed", method: "GET", path: "/api/calendar/feed",
		summary: "The address of the calendar feed (iCalendar) of what is planned",
		detail:  "Whoever has the address sees what is planned without logging in; drafts are never in it.", access: speak},
		func(context.Context, *struct{}) (*feedOutput, error) { return feedAt(a.cfg.Feed.Address()) })
	register(a, operation{id: "renew-calendar-feed", method: "POST", path: "/api/calendar/feed",
		summary: "Give the calendar feed another address; the one before leads nowhere", access: speak, audit: "calendar.renew"},
		func(context.Context, *struct{}) (*feedOutput, error) { return feedAt(a.cfg.Feed.Renew()) })
}

func feedAt(address string, err error) (*feedOutput, error) {
	out := &feedOutput{}
	out.Body.Address = address
	return out, err
}
