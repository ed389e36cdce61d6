package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/smart-commune/smart-commune/hub/account"
	"github.com/smart-commune/smart-commune/hub/apiclient"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"Make an account." vi:"Tạo tài khoản."`
	List   userListCmd   `cmd:"" help:"Show everyone with an account." vi:"Liệt kê những người có tài khoản."`
	Passwd userPasswdCmd `cmd:"" help:"Give someone a new password." vi:"Đặt mật khẩu mới cho một người."`
}

// newPassword is a password by flag or from standard input; without one, a
// one-time password is made and printed.
type newPassword struct {
	Password string `help:"Password; - reads it from standard input. Without it, a one-time password is made and printed." vi:"Mật khẩu; dấu - là đọc từ đầu vào chuẩn. Không ghi thì máy tạo và in ra mật khẩu dùng một lần." placeholder:"P"`
}

func (p newPassword) get(t *terminal) (password string, oneTime bool, err error) {
	switch p.Password {
	case "":
		return account.NewOneTimePassword(), true, nil
	case "-":
		b, err := io.ReadAll(io.LimitReader(t.stdin, 4096))
		password = strings.TrimRight(string(b), "\r\n")
		if err == nil && password == "" {
			err = wrongUsage("đầu vào chuẩn không có mật khẩu", "standard input holds no password")
		}
		return password, false, err
	}
	return p.Password, false, nil
}

type userAddCmd struct {
	connection
	newPassword
	Name    string `arg:"" help:"Login name." vi:"Tên đăng nhập."`
	Role    string `help:"broadcaster, approver, police, technician or admin." vi:"broadcaster (cán bộ truyền thanh), approver (người duyệt), police (công an), technician (kỹ thuật) hoặc admin (quản trị)." enum:"broadcaster,approver,police,technician,admin" required:""`
	Display string `help:"Name to show." vi:"Họ tên hiển thị." placeholder:"NAME"`
}

// passwordResult is what --json prints; the password is there when it was made.
type passwordResult struct {
	Name            string `json:"name"`
	OneTimePassword string `json:"one_time_password,omitempty"`
}

func (c *userAddCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	password, oneTime, err := c.get(t)
	if err != nil {
		return err
	}
	u, err := hub.AddUser(t.ctx, apiclient.NewUser{Name: c.Name, DisplayName: c.Display, Role: account.Role(c.Role),
		Password: password, MustChange: oneTime})
	if err != nil {
		return err
	}
	return printPassword(t, c.JSON, u.Name, password, oneTime)
}

func printPassword(t *terminal, asJSON bool, name, password string, oneTime bool) (err error) {
	r := passwordResult{Name: name}
	if oneTime {
		r.OneTimePassword = password
	}
	switch {
	case asJSON:
		return printJSON(t.stdout, r)
	case oneTime:
		_, err = fmt.Fprintf(t.stdout, t.words.oneTimePassword+"\n", name, password)
	default:
		_, err = fmt.Fprintf(t.stdout, t.words.passwordSet+"\n", name)
	}
	return err
}

type userPasswdCmd struct {
	connection
	newPassword
	Name string `arg:"" help:"Login name." vi:"Tên đăng nhập."`
}

func (c *userPasswdCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	password, oneTime, err := c.get(t)
	if err != nil {
		return err
	}
	if err := hub.SetPassword(t.ctx, c.Name, password, oneTime); err != nil {
		return err
	}
	return printPassword(t, c.JSON, c.Name, password, oneTime)
}

type userListCmd struct{ connection }

func (c *userListCmd) Run(t *terminal) error {
	hub, err := c.dial(t)
	if err != nil {
		return err
	}
	defer hub.Close()
	users, err := hub.Users(t.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.stdout, users)
	}
	w := t.words
	tb := newTable(t.stdout, w.name, w.role, w.displayName, w.lastLogin, w.state)
	for _, u := range users {
		state, last := "", w.never
		if u.Disabled {
			state = w.disabled
		}
		if u.LastLoginAt != nil {
			last = clock(*u.LastLoginAt)
		}
		tb.row(u.Name, w.roleOf(u.Role), u.DisplayName, last, state)
	}
	return tb.flush()
}
