package announce

import (
	"context"
	"errors"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/announce/journal"
)

// Store keeps announcements, commands and the journal. Every write is durable
// when its call returns.
type Store interface {
	Archive
	ProgrammeArchive
	Outbox
	Ledger
	RuleBook
}

// ErrUnknown says that the store has no such thing.
var ErrUnknown = errors.New("not in the store")

// Archive keeps announcements.
type Archive interface {
	// SaveAnnouncement adds or replaces an announcement, and adds the orders that
	// follow from it, all or nothing.
	SaveAnnouncement(ctx context.Context, commune devices.CommuneID, a Announcement, orders []Order) error
	// SaveAnnouncements adds or replaces several, all or nothing.
	SaveAnnouncements(ctx context.Context, commune devices.CommuneID, all []Announcement) error
	// Announcement returns one, or an error that is [ErrUnknown].
	Announcement(ctx context.Context, commune devices.CommuneID, id ID) (Announcement, error)
	// Announcements returns the newest first.
	Announcements(ctx context.Context, commune devices.CommuneID, q AnnouncementQuery) ([]Announcement, error)
}

// ProgrammeArchive keeps programmes.
type ProgrammeArchive interface {
	// SaveProgrammes adds or replaces programmes, and adds the orders that follow
	// from them, all or nothing.
	SaveProgrammes(ctx context.Context, commune devices.CommuneID, all []Programme, orders []Order) error
	// Programme returns one, or an error that is [ErrUnknown].
	Programme(ctx context.Context, commune devices.CommuneID, id ProgrammeID) (Programme, error)
	// Programmes returns those in one of the states, all for none, newest first.
	Programmes(ctx context.Context, commune devices.CommuneID, states []State) ([]Programme, error)
}

// AnnouncementQuery asks for announcements; empty fields do not restrict.
type AnnouncementQuery struct {
	States []State
	Limit  int
}

// Order is a command to one cluster with what became of it.
type Order struct {
	protocol.Command
	Cluster devices.DeviceID
	// Announcement is empty for what belongs to none: By tells who gave it.
	Announcement ID
	By           string
	// Reference makes a self-test the one that later ones are compared with.
	Reference bool
	// Outcome is the newest word of the device, empty for none. The hub itself
	// sets OutcomeExpired when it gives up.
	Outcome   protocol.Outcome
	Reason    string
	OutcomeAt time.Time
	// Measured is what a self-test found.
	Measured *protocol.Measured
}

// Outbox keeps commands until they are over.
type Outbox interface {
	// AddOrders adds orders that belong to no announcement, all or nothing.
	AddOrders(ctx context.Context, commune devices.CommuneID, orders []Order) error
	// SetOutcome records what became of an order.
	SetOutcome(ctx context.Context, commune devices.CommuneID, o Order) error
	// Orders returns the oldest first.
	Orders(ctx context.Context, commune devices.CommuneID, q OrderQuery) ([]Order, error)
}

// OrderQuery asks for orders; empty fields do not restrict.
type OrderQuery struct {
	Announcement ID
	// Cluster is the one that they went to.
	Cluster devices.DeviceID
	// Own leaves out what belongs to an announcement.
	Own bool
	// Since leaves out what was issued before, unless OrOpen is set and it has no
	// outcome yet.
	Since  time.Time
	OrOpen bool
}

// Ledger keeps the journal, to which it can only add.
type Ledger interface {
	// AppendJournal adds, in order and all or nothing, those entries whose
	// (cluster, play) is not there yet, with [journal.Entry.Chain]. It returns what it
	// added.
	AppendJournal(ctx context.Context, commune devices.CommuneID, entries []journal.Entry) (added []journal.Entry, err error)
	// Journal returns the newest entry of each (occurrence, cluster), the latest
	// planned first. One that names another announcement than the occurrence is of
	// takes nobody's place.
	Journal(ctx context.Context, commune devices.CommuneID, q JournalQuery) ([]journal.Entry, error)
	// JournalChain returns at most limit entries after the sequence number, all
	// of them, oldest first.
	JournalChain(ctx context.Context, commune devices.CommuneID, after int64, limit int) ([]journal.Entry, error)
	// JournalHead returns the newest entry as it was noted apart from the journal
	// itself, in the same step in which it was added; see [journal.Verify].
	JournalHead(ctx context.Context, commune devices.CommuneID) (journal.Head, error)
}

// JournalQuery asks for entries planned in [Since, Until); empty fields do not
// restrict.
type JournalQuery struct {
	Since        time.Time
	Until        time.Time
	Announcement ID
	Occurrence   string
	Cluster      devices.DeviceID
	Limit        int
}
