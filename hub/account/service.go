package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Store keeps accounts durably: a change is on disk when its call returns.
type Store interface {
	UserStore
	SessionStore
	DeviceStore
	AuditStore
}

// The errors of a store.
var (
	ErrUnknown   = errors.New("no such record")
	ErrExists    = errors.New("the name is taken")
	ErrLastAdmin = errors.New("it is the last administrator")
)

// UserStore keeps users with the hashes of their passwords.
type UserStore interface {
	LoadUsers(ctx context.Context) ([]User, error)
	// LoadUser returns ErrUnknown for a name that nobody has.
	LoadUser(ctx context.Context, name string) (u User, passwordHash string, err error)
	// AddUser returns ErrExists for a name that is taken.
	AddUser(ctx context.Context, u User, passwordHash string) error
	// ChangeUser sets display name, role and whether u is disabled, and ends the
	// sessions of a disabled user. It returns ErrUnknown, or ErrLastAdmin when
	// nobody who manages users would be left.
	ChangeUser(ctx context.Context, u User) error
	// ChangePassword ends all sessions of the user but keep.
	ChangePassword(ctx context.Context, name, passwordHash string, mustChange bool, keep SessionHash) error
}

// SessionHash is the SHA-256 of a session's token.
type SessionHash [sha256.Size]byte

// SessionRecord is a session as it is stored.
type SessionRecord struct {
	Hash      SessionHash
	Name      string
	CreatedAt time.Time
	SeenAt    time.Time
	From      string
}

// SessionStore keeps sessions.
type SessionStore interface {
	// AddSession notes the login of its user, too, and forgets the sessions last
	// seen before stale.
	AddSession(ctx context.Context, s SessionRecord, stale time.Time) error
	// LoadSession returns ErrUnknown for a token that opens nothing.
	LoadSession(ctx context.Context, h SessionHash) (SessionRecord, User, error)
	TouchSession(ctx context.Context, h SessionHash, at time.Time) error
	DropSession(ctx context.Context, h SessionHash) error
}

// DeviceStore keeps the SHA-256 of the secrets of devices, by the device's user
// name.
type DeviceStore interface {
	LoadDeviceKeys(ctx context.Context) (map[string]SecretHash, error)
	SaveDeviceKeys(ctx context.Context, keys map[string]SecretHash) error
	DropDeviceKey(ctx context.Context, user string) error
}

// SecretHash is the SHA-256 of a device's secret.
type SecretHash [sha256.Size]byte

// AuditStore keeps the audit log; it can only grow.
type AuditStore interface {
	AppendAudit(ctx context.Context, e AuditEntry) error
	// LoadAudit returns at most limit entries since then, newest first.
	LoadAudit(ctx context.Context, since time.Time, limit int) ([]AuditEntry, error)
}

// Config is what a [Service] needs.
type Config struct {
	Store Store
	// Now defaults to time.Now.
	Now func() time.Time
	Log *slog.Logger
	// Rotated is told of every device that got another secret, by its user name:
	// whoever is on the line with the old one has no right to be. It may be nil.
	Rotated func(user string)
}

// Service owns users, sessions, device credentials and the audit log. Its
// methods may be called by many goroutines.
type Service struct {
	store    Store
	now      func() time.Time
	log      *slog.Logger
	hasher   *hasher
	byName   *limits
	byFrom   *limits
	operator string
	rotated  func(user string)

	keysMu sync.Mutex
	keys   map[string]SecretHash // nil until first used
}

// New returns the service.
func New(cfg Config) *Service {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rotated == nil {
		cfg.Rotated = func(string) {}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		store: cfg.Store, now: cfg.Now, log: cfg.Log.With("component", "account"),
		hasher: newHasher(),
		// A person who mistypes is not stopped; a program that guesses is.
		byName:   newLimits(10, 30*time.Second),
		byFrom:   newLimits(30, 10*time.Second),
		operator: newSecret(),
		rotated:  cfg.Rotated,
	}
}

// newSecret returns 256 random bits.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
