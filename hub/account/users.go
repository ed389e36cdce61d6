package account

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// FirstAdmin is the name of the administrator made at the first start.
const FirstAdmin = "quantri"

// DemoPassword is the password of all demo accounts.
const DemoPassword = "lucbinh2026"

// DemoUsers returns the accounts of a demo: one of each role.
func DemoUsers() []User {
	return []User{
		{Name: "phatthanh", DisplayName: "Cán bộ truyền thanh", Role: Broadcaster},
		{Name: "lanhdao", DisplayName: "Lãnh đạo UBND xã", Role: Approver},
		{Name: "congan", DisplayName: "Công an xã", Role: Police},
		{Name: "kythuat", DisplayName: "Tổ ứng cứu kỹ thuật", Role: Technician},
		{Name: FirstAdmin, DisplayName: "Quản trị viên", Role: Admin},
	}
}

// EnsureAdmin makes the first administrator when nobody has an account yet, and
// returns the one-time password to print; it is empty when somebody has one.
func (s *Service) EnsureAdmin(ctx context.Context) (name, password string, err error) {
	all, err := s.store.LoadUsers(ctx)
	if err != nil || len(all) > 0 {
		return "", "", err
	}
	password = NewOneTimePassword()
	_, err = s.CreateUser(ctx, User{Name: FirstAdmin, DisplayName: "Quản trị viên", Role: Admin, MustChangePassword: true}, password)
	return FirstAdmin, password, err
}

// EnsureDemo makes the demo accounts that do not exist yet.
func (s *Service) EnsureDemo(ctx context.Context) error {
	all, err := s.store.LoadUsers(ctx)
	if err != nil {
		return err
	}
	for _, u := range DemoUsers() {
		if slices.ContainsFunc(all, func(have User) bool { return have.Name == u.Name }) {
			continue
		}
		if _, err := s.CreateUser(ctx, u, DemoPassword); err != nil {
			return err
		}
	}
	return nil
}

// Users returns everyone with an account, by name.
func (s *Service) Users(ctx context.Context) ([]User, error) { return s.store.LoadUsers(ctx) }

// CreateUser makes an account.
func (s *Service) CreateUser(ctx context.Context, u User, password string) (User, error) {
	u.Name = strings.ToLower(strings.TrimSpace(u.Name))
	u.CreatedAt, u.LastLoginAt = s.now().UTC(), nil
	if err := checkName(u.Name); err != nil {
		return User{}, err
	}
	if err := checkUser(&u); err != nil {
		return User{}, err
	}
	if err := checkPassword(u.Name, password); err != nil {
		return User{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	err = s.store.AddUser(ctx, u, hash)
	if errors.Is(err, ErrExists) {
		return User{}, problem.New(problem.Conflict, "name_taken",
			"Tên đăng nhập “%s” đã có người dùng. Hãy chọn tên khác.", "The name \"%s\" is taken. Choose another.", u.Name).At("name")
	}
	return u, err
}

// UpdateUser sets the display name, the role, and whether the account is
// disabled. Somebody who manages users is always left.
func (s *Service) UpdateUser(ctx context.Context, u User) (User, error) {
	if err := checkUser(&u); err != nil {
		return User{}, err
	}
	if err := s.store.ChangeUser(ctx, u); err != nil {
		if errors.Is(err, ErrLastAdmin) {
			return User{}, problem.New(problem.Conflict, "last_admin",
				"Đây là quản trị viên cuối cùng nên không thể khóa hay đổi vai trò. Hãy tạo quản trị viên khác trước.",
				"This is the last administrator, who can be neither disabled nor given another role. Make another administrator first.")
		}
		return User{}, known(err, u.Name)
	}
	u, _, err := s.store.LoadUser(ctx, u.Name)
	return u, err
}

// SetPassword gives a user a new password and ends their sessions. With
// mustChange it is for one use.
func (s *Service) SetPassword(ctx context.Context, name, password string, mustChange bool) error {
	if err := checkPassword(name, password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return known(s.store.ChangePassword(ctx, name, hash, mustChange, SessionHash{}), name)
}

// ChangePassword changes a user's own password and ends all their sessions but
// the one of token.
func (s *Service) ChangePassword(ctx context.Context, name, old, password, token string) error {
	if name == Operator {
		return problem.New(problem.Invalid, "no_password", "Dòng lệnh không có mật khẩu.", "The command line has no password.")
	}
	back, ok := s.byName.try(name, s.now())
	if !ok {
		return problem.New(problem.TooMany, "too_many_attempts",
			"Đã nhập sai mật khẩu quá nhiều lần. Hãy đợi một phút rồi thử lại.",
			"The password was wrong too often. Wait a minute and try again.")
	}
	_, hash, err := s.store.LoadUser(ctx, name)
	if err != nil {
		return known(err, name)
	}
	ok, err = s.hasher.matches(ctx, old, hash)
	if err != nil {
		return err
	}
	if !ok {
		return problem.New(problem.Invalid, "wrong_password",
			"Mật khẩu hiện tại không đúng.", "The present password is wrong.").At("old")
	}
	back()
	if password == old {
		return problem.New(problem.Invalid, "password_same",
			"Mật khẩu mới phải khác mật khẩu cũ.", "The new password must differ from the old one.").At("new")
	}
	if err := checkPassword(name, password); err != nil {
		var p *problem.Problem
		if errors.As(err, &p) {
			return p.At("new")
		}
		return err
	}
	if hash, err = s.hasher.hash(ctx, password); err != nil {
		return err
	}
	return s.store.ChangePassword(ctx, name, hash, false, hashToken(token))
}

// known turns ErrUnknown into words.
func known(err error, name string) error {
	if !errors.Is(err, ErrUnknown) {
		return err
	}
	return problem.New(problem.NotFound, "user_not_found",
		"Không có tài khoản “%s”.", "There is no account \"%s\".", name)
}

var loginName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

func checkName(name string) error {
	if !loginName.MatchString(name) || name == Operator || name == "hub" {
		return problem.New(problem.Invalid, "bad_name",
			"Tên đăng nhập gồm 2 đến 32 ký tự a-z, 0-9, dấu chấm, gạch ngang hoặc gạch dưới, không dấu.",
			"A login name is 2 to 32 of a-z, 0-9, \".\", \"-\" and \"_\".").At("name")
	}
	return nil
}

func checkUser(u *User) error {
	u.DisplayName = devices.TidyName(u.DisplayName)
	if u.DisplayName == "" {
		u.DisplayName = u.Name
	}
	if utf8.RuneCountInString(u.DisplayName) > 100 {
		return problem.New(problem.Invalid, "display_name_too_long",
			"Họ tên quá dài: tối đa 100 ký tự.", "The display name is too long: at most 100 characters.").At("display_name")
	}
	if !utf8.ValidString(u.DisplayName) || strings.ContainsFunc(u.DisplayName, unicode.IsControl) {
		return problem.New(problem.Invalid, "display_name_invalid",
			"Họ tên có ký tự bị hỏng. Hãy gõ lại.", "The display name has broken characters. Type it again.").At("display_name")
	}
	if !slices.Contains(Roles(), u.Role) {
		return problem.New(problem.Invalid, "bad_role",
			"Vai trò không đúng: broadcaster, approver, police, technician hoặc admin.",
			"That is no role: use broadcaster, approver, police, technician or admin.").At("role")
	}
	return nil
}
