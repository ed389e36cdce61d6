package httpapi

import (
	"context"
	"io"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/announce"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
	"github.com/smart-commune/smart-commune/hub/audio"
	"github.com/smart-commune/smart-commune/hub/live"
	"github.com/smart-commune/smart-commune/hub/place"
	"github.com/smart-commune/smart-commune/hub/telemetry"
)

// Announcements makes, decides and shows announcements.
type Announcements interface {
	Drafts
	Decisions
	Announced
}

// Drafts takes in what a person wants to be said.
type Drafts interface {
	Submit(ctx context.Context, who string, canApprove bool, d announce.Draft) (announce.Announcement, error)
	Preview(ctx context.Context, d announce.Draft) (announce.Preview, error)
}

// Decisions settles what becomes of an announcement.
type Decisions interface {
	// ApproveRevision refuses when something else stands there by now; 0 means
	// whatever does.
	ApproveRevision(ctx context.Context, who string, id announce.ID, revision int) (announce.Announcement, error)
	Return(ctx context.Context, who string, id announce.ID, remark string) (announce.Announcement, error)
	Cancel(ctx context.Context, who string, id announce.ID) (announce.Announcement, error)
	// SetOrder gives it another place among equals that it meets, lower first.
	SetOrder(ctx context.Context, who string, id announce.ID, order int) (announce.Announcement, error)
}

// Announced shows announcements and what became of them.
type Announced interface {
	Get(ctx context.Context, id announce.ID) (announce.Announcement, error)
	// List returns the newest first; an empty state means all.
	List(ctx context.Context, state announce.State, limit int) ([]announce.Announcement, error)
	Occurrences(ctx context.Context, id announce.ID) ([]announce.Occurrence, error)
	Journal(ctx context.Context, q announce.JournalQuery) ([]journal.Entry, error)
}

// Sounds turns texts and uploads into sounds.
type Sounds interface {
	// Speak reads a text out; an empty language is Vietnamese.
	Speak(ctx context.Context, language, text string) (audio.Sound, error)
	// Import reads r to its end; name is the file's name, for its kind.
	Import(ctx context.Context, name string, r io.Reader) (audio.Sound, error)
}

// Media hands out the files of sounds.
type Media interface {
	Open(sha256 string) (io.ReadSeekCloser, audio.Info, error)
}

// Readings answers questions about the past.
type Readings interface {
	History(ctx context.Context, q telemetry.Query) ([]telemetry.Point, error)
}

// Cameras hands out the newest picture.
type Cameras interface {
	Picture(ctx context.Context, id devices.DeviceID) (jpeg []byte, at time.Time, err error)
}

// Places keeps what stands in the commune.
type Places interface {
	Inventory(ctx context.Context) (devices.Inventory, error)
	Import(ctx context.Context, inv devices.Inventory) (place.Summary, error)
	PlaceEditor
}

// PlaceEditor changes one place or device; Put makes it when it is new.
type PlaceEditor interface {
	PutVillage(ctx context.Context, v devices.Village) error
	PutCluster(ctx context.Context, c devices.Cluster) error
	// PutCamera keeps the old password when c has none.
	PutCamera(ctx context.Context, c devices.Camera) error
	DeleteVillage(ctx context.Context, id devices.VillageID) error
	DeleteCluster(ctx context.Context, id devices.DeviceID) error
	DeleteCamera(ctx context.Context, id devices.DeviceID) error
}

// Live is the read model.
type Live interface {
	Snapshot() live.Snapshot
	// Subscribe returns at once; whoever subscribes closes the subscription.
	Subscribe(h live.Hello) Subscription
}

// Subscription is one reader of the read model.
type Subscription interface {
	// Next blocks until there is something to send or a heartbeat is due.
	Next(ctx context.Context) (live.Message, error)
	Close()
}
