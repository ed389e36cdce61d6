package account_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/problem"
	"github.com/smart-commune/smart-commune/hub/sqlitestore"
)

// clock is a clock that a test turns.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type rig struct {
	*account.Service
	clock *clock
	dir   string
	store *sqlitestore.Store
	t     *testing.T
}

func newRig(t *testing.T) *rig {
	r := &rig{clock: &clock{now: time.Date(2026, 8, 15, 5, 30, 0, 0, time.UTC)}, dir: t.TempDir(), t: t}
	r.restart()
	t.Cleanup(func() { r.store.Close() })
	return r
}

// restart opens the store and the service anew, as after a crash.
func (r *rig) restart() {
	r.t.Helper()
	if r.store != nil {
		r.store.Close()
	}
	var err error
	if r.store, err = sqlitestore.Open(r.t.Context(), r.dir); err != nil {
		r.t.Fatal(err)
	}
	r.Service = account.New(account.Config{Store: r.store, Now: r.clock.Now})
}

func (r *rig) user(name string, role account.Role) {
	r.t.Helper()
	_, err := r.CreateUser(r.t.Context(), account.User{Name: name, Role: role}, "mat khau tot")
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) login(name string) string {
	r.t.Helper()
	s, err := r.Login(r.t.Context(), name, "mat khau tot", "10.0.0.1")
	if err != nil {
		r.t.Fatal(err)
	}
	return s.Token
}

func code(err error) string {
	var p *problem.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("got problem %q, want %q", got, want)
	}
}

func TestASessionOfAClockThatWasAheadEndsWithIt(t *testing.T) {
	r := newRig(t)
	r.user("phatthanh", account.Broadcaster)
	r.clock.add(12 * 365 * 24 * time.Hour)
	token := r.login("phatthanh")
	r.clock.add(-12 * 365 * 24 * time.Hour)
	_, err := r.Identify(t.Context(), token)
	wantCode(t, err, "login_required")
	if _, err := r.Identify(t.Context(), r.login("phatthanh")); err != nil {
		t.Error(err)
	}
}

func TestLoginLivesThroughRestart(t *testing.T) {
	r := newRig(t)
	r.user("phatthanh", account.Broadcaster)
	token := r.login(" PhatThanh ")
	r.restart()
	id, err := r.Identify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if id.Name != "phatthanh" || !slices.Equal(id.Permissions, []account.Permission{account.CanAnnounce, account.CanOperate}) {
		t.Errorf("the session is %s with %v", id.Name, id.Permissions)
	}
	if id.LastLoginAt == nil || !id.LastLoginAt.Equal(r.clock.Now()) {
		t.Errorf("last login is %v", id.LastLoginAt)
	}
	if err := r.Logout(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	_, err = r.Identify(t.Context(), token)
	wantCode(t, err, "login_required")
}

func TestSessionEnds(t *testing.T) {
	r := newRig(t)
	r.user("congan", account.Police)
	idle := r.login("congan")
	r.clock.add(account.SessionIdle)
	_, err := r.Identify(t.Context(), idle)
	wantCode(t, err, "login_required")

	used := r.login("congan")
	for spent := time.Duration(0); spent < account.SessionLife-24*time.Hour; spent += 24 * time.Hour {
		r.clock.add(24 * time.Hour)
		if _, err := r.Identify(t.Context(), used); err != nil {
			t.Fatalf("a session in use ended after %v: %v", spent+24*time.Hour, err)
		}
	}
	r.clock.add(24 * time.Hour)
	_, err = r.Identify(t.Context(), used)
	wantCode(t, err, "login_required")
}

func TestWrongLogins(t *testing.T) {
	r := newRig(t)
	r.user("kythuat", account.Technician)
	_, err := r.Login(t.Context(), "kythuat", "mat khau sai", "10.0.0.2")
	wantCode(t, err, "wrong_login")
	_, err = r.Login(t.Context(), "khong-co", "mat khau tot", "10.0.0.2")
	wantCode(t, err, "wrong_login")

	for range 9 {
		r.Login(t.Context(), "kythuat", "mat khau sai", "10.0.0.3")
	}
	_, err = r.Login(t.Context(), "kythuat", "mat khau tot", "10.0.0.4")
	wantCode(t, err, "too_many_attempts")
	r.clock.add(time.Minute)
	r.login("kythuat")

	entries, err := r.AuditLog(t.Context(), time.Time{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 11 || entries[0].Action != "session.refused" || entries[0].Who != "kythuat" || entries[0].From != "10.0.0.3" {
		t.Errorf("%d entries, the newest %+v", len(entries), entries[0])
	}
}

func TestGuessingManyNamesFromOneAddress(t *testing.T) {
	r := newRig(t)
	r.user("lanhdao", account.Approver)
	for i := range 30 {
		r.Login(t.Context(), "ten"+string(rune('a'+i%26))+string(rune('a'+i/26)), "mat khau sai", "10.0.0.9")
	}
	_, err := r.Login(t.Context(), "lanhdao", "mat khau tot", "10.0.0.9")
	wantCode(t, err, "too_many_attempts")
	r.login("lanhdao") // from elsewhere
}

func TestSuccessfulLoginsAreNotLimited(t *testing.T) {
	r := newRig(t)
	r.user("lanhdao", account.Approver)
	for range 15 {
		r.login("lanhdao")
	}
}

func TestChangePassword(t *testing.T) {
	r := newRig(t)
	r.user("congan", account.Police)
	mine, other := r.login("congan"), r.login("congan")
	for _, c := range []struct{ old, new, want string }{
		{"sai mat khau", "mat khau moi", "wrong_password"},
		{"mat khau tot", "ngan", "password_too_short"},
		{"mat khau tot", "mat khau tot", "password_same"},
		{"mat khau tot", strings.Repeat("x", 300), "password_too_long"},
		{"mat khau tot", "mật khẩu mới", ""},
	} {
		wantCode(t, r.ChangePassword(t.Context(), "congan", c.old, c.new, mine), c.want)
	}
	if _, err := r.Identify(t.Context(), mine); err != nil {
		t.Errorf("my own session ended: %v", err)
	}
	_, err := r.Identify(t.Context(), other)
	wantCode(t, err, "login_required")
	_, err = r.Login(t.Context(), "congan", "mật khẩu mới", "10.0.0.1")
	wantCode(t, err, "")
}

func TestFirstAdminMustChangePassword(t *testing.T) {
	r := newRig(t)
	name, password, err := r.EnsureAdmin(t.Context())
	if err != nil || name != "quantri" || len(password) < 16 {
		t.Fatalf("first admin %q, %q, %v", name, password, err)
	}
	s, err := r.Login(t.Context(), name, password, "")
	if err != nil || !s.User.MustChangePassword {
		t.Fatalf("login %+v: %v", s.User, err)
	}
	if err := r.ChangePassword(t.Context(), name, password, "mat khau rieng", s.Token); err != nil {
		t.Fatal(err)
	}
	id, err := r.Identify(t.Context(), s.Token)
	if err != nil || id.MustChangePassword {
		t.Errorf("after the change: %+v, %v", id.User, err)
	}
	r.restart()
	if _, again, err := r.EnsureAdmin(t.Context()); again != "" || err != nil {
		t.Errorf("a second start made an admin again: %q, %v", again, err)
	}
}

func TestDemo(t *testing.T) {
	r := newRig(t)
	for range 2 {
		if err := r.EnsureDemo(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, u := range account.DemoUsers() {
		s, err := r.Login(t.Context(), u.Name, account.DemoPassword, "")
		if err != nil || s.User.Role != u.Role || s.User.MustChangePassword {
			t.Errorf("demo account %s: %+v, %v", u.Name, s.User, err)
		}
	}
}

func TestUsers(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	if _, _, err := r.EnsureAdmin(ctx); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		u        account.User
		password string
		want     string
	}{
		{account.User{Name: "x", Role: account.Police}, "mat khau tot", "bad_name"},
		{account.User{Name: "công an", Role: account.Police}, "mat khau tot", "bad_name"},
		{account.User{Name: "cli", Role: account.Police}, "mat khau tot", "bad_name"},
		{account.User{Name: "congan", Role: "king"}, "mat khau tot", "bad_role"},
		{account.User{Name: "congan-xa", Role: account.Police}, "CONGAN-XA", "password_is_name"},
		{account.User{Name: "congan", Role: account.Police}, "1234567", "password_too_short"},
		{account.User{Name: "congan", Role: account.Police, DisplayName: strings.Repeat("ă", 101)}, "mat khau tot", "display_name_too_long"},
		{account.User{Name: "congan", Role: account.Police, DisplayName: "a\x00b"}, "mat khau tot", "display_name_invalid"},
		{account.User{Name: "congan", Role: account.Police}, "mat khau tot", ""},
		{account.User{Name: "CONGAN", Role: account.Police}, "mat khau tot", "name_taken"},
	} {
		_, err := r.CreateUser(ctx, c.u, c.password)
		wantCode(t, err, c.want)
	}

	token := r.login("congan")
	u, err := r.UpdateUser(ctx, account.User{Name: "congan", DisplayName: "Nguyễn Văn A", Role: account.Police, Disabled: true})
	if err != nil || u.DisplayName != "Nguyễn Văn A" || !u.Disabled {
		t.Errorf("after the update: %+v, %v", u, err)
	}
	_, err = r.Identify(ctx, token)
	wantCode(t, err, "login_required")
	_, err = r.Login(ctx, "congan", "mat khau tot", "")
	wantCode(t, err, "account_disabled")

	_, err = r.UpdateUser(ctx, account.User{Name: "quantri", Role: account.Police})
	wantCode(t, err, "last_admin")
	_, err = r.UpdateUser(ctx, account.User{Name: "quantri", Role: account.Admin, Disabled: true})
	wantCode(t, err, "last_admin")
	_, err = r.UpdateUser(ctx, account.User{Name: "ai-do", Role: account.Police})
	wantCode(t, err, "user_not_found")
	wantCode(t, r.SetPassword(ctx, "ai-do", "mat khau khac", true), "user_not_found")

	all, err := r.Users(ctx)
	if err != nil || len(all) != 2 || all[0].Name != "congan" || all[1].Role != account.Admin {
		t.Errorf("users: %+v, %v", all, err)
	}
}

func TestPermissions(t *testing.T) {
	for _, role := range account.Roles() {
		sees := slices.Contains(account.PermissionsOf(role), account.CanSeePicture)
		if sees != (role == account.Police) {
			t.Errorf("%s sees pictures: %v", role, sees)
		}
	}
}

func TestDeviceCredentials(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	made, err := r.EnsureDevices(ctx, "luc-binh", []devices.DeviceID{"loa-01", "loa-02"})
	if err != nil || len(made) != 2 {
		t.Fatalf("made %v, %v", made, err)
	}
	r.restart()
	more, err := r.EnsureDevices(ctx, "luc-binh", []devices.DeviceID{"loa-01", "loa-02", "loa-03"})
	if err != nil || !slices.Equal(slices.Collect(maps.Keys(more)), []devices.DeviceID{"loa-03"}) {
		t.Fatalf("the second time made %v, %v", more, err)
	}
	check := func(user, password string, want bool) {
		t.Helper()
		if got := r.CheckDevice(ctx, user, password); got != want {
			t.Errorf("CheckDevice(%s) = %v, want %v", user, got, want)
		}
	}
	check("luc-binh/loa-01", made["loa-01"], true)
	check("luc-binh/loa-03", more["loa-03"], true)
	check("luc-binh/loa-02", made["loa-01"], false)
	check("khac/loa-01", made["loa-01"], false)
	check("luc-binh/loa-99", "", false)
	check("", "", false)

	loa1 := protocol.Address{Commune: "luc-binh", Device: "loa-01"}
	secret, err := r.RotateDevice(ctx, loa1)
	if err != nil {
		t.Fatal(err)
	}
	check("luc-binh/loa-01", made["loa-01"], false)
	check("luc-binh/loa-01", secret, true)
	r.restart()
	check("luc-binh/loa-01", secret, true)
	if err := r.RemoveDevice(ctx, loa1); err != nil {
		t.Fatal(err)
	}
	check("luc-binh/loa-01", secret, false)
	_, err = r.RotateDevice(ctx, loa1)
	wantCode(t, err, "device_not_found")
}

func TestOperator(t *testing.T) {
	r := newRig(t)
	token := r.OperatorToken()
	id, err := r.Identify(t.Context(), token)
	if err != nil || id.Name != account.Operator || slices.Contains(id.Permissions, account.CanSeePicture) ||
		!slices.Contains(id.Permissions, account.CanManage) {
		t.Errorf("operator: %+v, %v", id, err)
	}
	r.restart()
	_, err = r.Identify(t.Context(), token)
	wantCode(t, err, "login_required")
}

func TestAuditLog(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	for _, object := range []string{"a", "b", "c"} {
		if err := r.Audit(ctx, account.AuditEntry{Who: "quantri", From: "::1", Action: "user.create", Object: object, Detail: strings.Repeat("ờ", 1000)}); err != nil {
			t.Fatal(err)
		}
		r.clock.add(time.Hour)
	}
	r.restart()
	got, err := r.AuditLog(ctx, r.clock.Now().Add(-2*time.Hour), 10)
	if err != nil || len(got) != 2 || got[0].Object != "c" || got[1].Object != "b" || len(got[0].Detail) > 510 {
		t.Errorf("since two hours: %d entries, %v", len(got), err)
	}
	if got, _ := r.AuditLog(ctx, time.Time{}, 1); len(got) != 1 || got[0].Object != "c" || got[0].Seq != 3 {
		t.Errorf("limited: %+v", got)
	}
}

// TestManyLoginsAtOnce holds the hub's memory: hashes wait for each other.
func TestManyLoginsAtOnce(t *testing.T) {
	r := newRig(t)
	r.user("phatthanh", account.Broadcaster)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { r.login("phatthanh") })
	}
	wg.Wait()
}
