package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"github.com/smart-commune/smart-commune/hub/problem"
)

const (
	// SessionLife is how long a session lasts at most.
	SessionLife = 30 * 24 * time.Hour
	// SessionIdle is how long it lasts unused.
	SessionIdle = 7 * 24 * time.Hour
	// touchEvery spares the disk: a session in use is noted this often.
	touchEvery = 10 * time.Minute
)

// Session is a new session; its token is known to the one who logged in alone.
type Session struct {
	Token string
	User  User
}

// Login opens a session. Its problems are wrong_login, too_many_attempts and
// account_disabled; a name that nobody has takes as long as a wrong password.
func (s *Service) Login(ctx context.Context, name, password, from string) (Session, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	now := s.now()
	nameBack, nameOK := s.byName.try(name, now)
	fromBack, fromOK := s.byFrom.try(from, now)
	if !nameOK || !fromOK {
		return Session{}, problem.New(problem.TooMany, "too_many_attempts",
			"Đã đăng nhập sai quá nhiều lần. Hãy đợi một phút rồi thử lại; nếu quên mật khẩu, hãy nhờ quản trị viên đặt lại.",
			"Too many failed logins. Wait a minute and try again; if you forgot the password, ask an administrator to reset it.")
	}
	u, hash, err := s.store.LoadUser(ctx, name)
	unknown := errors.Is(err, ErrUnknown)
	switch {
	case unknown:
		hash = s.hasher.decoy()
	case err != nil:
		return Session{}, err
	}
	ok, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return Session{}, err
	}
	if !ok || unknown {
		return Session{}, s.refuse(ctx, name, from, "wrong name or password", problem.New(problem.Unauthorized, "wrong_login",
			"Tên đăng nhập hoặc mật khẩu không đúng.", "The name or the password is wrong."))
	}
	if u.Disabled {
		return Session{}, s.refuse(ctx, name, from, "disabled", problem.New(problem.Forbidden, "account_disabled",
			"Tài khoản này đã bị khóa. Hãy liên hệ quản trị viên.", "This account is disabled. Ask an administrator."))
	}
	nameBack()
	fromBack()
	token := newSecret()
	err = s.store.AddSession(ctx, SessionRecord{Hash: hashToken(token), Name: u.Name, CreatedAt: now, SeenAt: now, From: from},
		now.Add(-SessionIdle))
	u.LastLoginAt = &now
	return Session{token, u}, err
}

// refuse notes a login that failed and returns what the person is told.
func (s *Service) refuse(ctx context.Context, name, from, detail string, p *problem.Problem) error {
	err := s.Audit(context.WithoutCancel(ctx), AuditEntry{Who: name, From: from, Action: "session.refused", Detail: detail})
	if err != nil {
		return err
	}
	return p
}

// Identify returns who holds a token: a session's, or the operator's. A token
// that opens nothing is a problem of kind Unauthorized.
func (s *Service) Identify(ctx context.Context, token string) (Identity, error) {
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.operator)) == 1 {
		return Identity{User: User{Name: Operator, DisplayName: "Dòng lệnh trên máy chủ", Role: Admin},
			Permissions: PermissionsOf(Admin)}, nil
	}
	h := hashToken(token)
	rec, u, err := s.store.LoadSession(ctx, h)
	now := s.now()
	switch {
	case errors.Is(err, ErrUnknown), err == nil && (u.Disabled || rec.over(now)):
		return Identity{}, problem.New(problem.Unauthorized, "login_required",
			"Phiên làm việc đã hết. Hãy đăng nhập lại.", "Your session has ended. Log in again.")
	case err != nil:
		return Identity{}, err
	}
	if now.Sub(rec.SeenAt) >= touchEvery {
		if err := s.store.TouchSession(ctx, h, now); err != nil {
			return Identity{}, err
		}
	}
	return Identity{User: u, Permissions: PermissionsOf(u.Role)}, nil
}

// over also ends a session that was opened while the hub's clock was ahead: it
// would last for years.
func (r SessionRecord) over(now time.Time) bool {
	return now.Sub(r.SeenAt) >= SessionIdle || now.Sub(r.CreatedAt) >= SessionLife || r.CreatedAt.Sub(now) > SessionIdle
}

// Logout ends the session of a token.
func (s *Service) Logout(ctx context.Context, token string) error {
	return s.store.DropSession(ctx, hashToken(token))
}

// Operator is the name under which the command line on the hub's own machine
// acts. It may do what an administrator may.
const Operator = "cli"

// OperatorToken is the token of the operator; it is new at each start of the
// hub.
func (s *Service) OperatorToken() string { return s.operator }

func hashToken(token string) SessionHash { return sha256.Sum256([]byte(token)) }
