package account

import (
	"context"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

type Service struct{}
type Identity struct {
	User
	Permissions []Permission
}
type Session struct {
	Token string
	User  User
}

const SessionLife = 30 * 24 * time.Hour

func PermissionsOf(Role) []Permission                                           { return nil }
func (s *Service) CheckDevice(ctx context.Context, user, password string) bool  { panic(1) }
func (s *Service) Identify(ctx context.Context, token string) (Identity, error) { panic(1) }
func (s *Service) Login(ctx context.Context, name, password, from string) (Session, error) {
	panic(1)
}
func (s *Service) Logout(ctx context.Context, token string) error { panic(1) }
func (s *Service) ChangePassword(ctx context.Context, name, old, new, token string) error {
	panic(1)
}
func (s *Service) AuditLog(ctx context.Context, since time.Time, limit int) ([]AuditEntry, error) {
	panic(1)
}
func (s *Service) Audit(ctx context.Context, e AuditEntry) error { panic(1) }
func (s *Service) Users(ctx context.Context) ([]User, error)     { panic(1) }
func (s *Service) CreateUser(ctx context.Context, u User, password string) (User, error) {
	panic(1)
}
func (s *Service) UpdateUser(ctx context.Context, u User) (User, error) { panic(1) }
func (s *Service) SetPassword(ctx context.Context, name, password string, must bool) error {
	panic(1)
}
func (s *Service) RotateDevice(ctx context.Context, a protocol.Address) (string, error) { panic(1) }
