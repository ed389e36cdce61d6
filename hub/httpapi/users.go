package httpapi

import (
	"context"

	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/account"
)

type usersOutput struct {
	Body struct {
		Users []account.User `json:"users"`
	}
}

type userOutput struct {
	Body account.User
}

type newUserInput struct {
	Body struct {
		Name        string       `json:"name" maxLength:"32"`
		DisplayName string       `json:"display_name,omitempty" maxLength:"100"`
		Role        account.Role `json:"role"`
		Password    string       `json:"password" maxLength:"256"`
		MustChange  bool         `json:"must_change_password,omitempty" doc:"The password is for one use: it must be changed at the first login"`
	}
}

type userInput struct {
	Name string `path:"name" maxLength:"32"`
	Body struct {
		DisplayName string       `json:"display_name" maxLength:"100"`
		Role        account.Role `json:"role"`
		Disabled    bool         `json:"disabled,omitempty"`
	}
}

type setPasswordInput struct {
	Name string `path:"name" maxLength:"32"`
	Body struct {
		Password   string `json:"password" maxLength:"256"`
		MustChange bool   `json:"must_change_password,omitempty" doc:"The password is for one use: it must be changed at the first login"`
	}
}

type credentialsOutput struct {
	Body struct {
		Username string `json:"username"`
		Password string `json:"password" doc:"Shown this once"`
	}
}

func (a *API) registerUsers() {
	manage := those(account.CanManage)
	register(a, operation{id: "list-users", method: "GET", path: "/api/users", summary: "Everyone with an account",
		access: manage}, a.listUsers)
	register(a, operation{id: "create-user", method: "POST", path: "/api/users", summary: "Make an account",
		access: manage, audit: "user.create"}, a.createUser)
	register(a, operation{id: "update-user", method: "PUT", path: "/api/users/{name}", summary: "Change a name, a role, or disable an account",
		access: manage, audit: "user.update"}, a.updateUser)
	register(a, operation{id: "set-password", method: "PUT", path: "/api/users/{name}/password", summary: "Give someone a new password",
		access: manage, audit: "user.password"}, a.setPassword)
	register(a, operation{id: "rotate-device-credentials", method: "POST", path: "/api/devices/{id}/credentials",
		summary: "Give a device a new password; the old one is void at once",
		access:  manage, audit: "device.credentials"}, a.rotateDevice)
}

func (a *API) listUsers(ctx context.Context, _ *none) (*usersOutput, error) {
	users, err := a.cfg.Accounts.Users(ctx)
	out := &usersOutput{}
	out.Body.Users = list(users)
	return out, err
}

func (a *API) createUser(ctx context.Context, in *newUserInput) (*userOutput, error) {
	u, err := a.cfg.Accounts.CreateUser(ctx, account.User{Name: in.Body.Name, DisplayName: in.Body.DisplayName,
		Role: in.Body.Role, MustChangePassword: in.Body.MustChange}, in.Body.Password)
	note(ctx, u.Name, string(u.Role))
	return &userOutput{u}, err
}

func (a *API) updateUser(ctx context.Context, in *userInput) (*userOutput, error) {
	u, err := a.cfg.Accounts.UpdateUser(ctx, account.User{Name: in.Name, DisplayName: in.Body.DisplayName,
		Role: in.Body.Role, Disabled: in.Body.Disabled})
	detail := string(u.Role)
	if u.Disabled {
		detail += ", disabled"
	}
	note(ctx, in.Name, detail)
	return &userOutput{u}, err
}

func (a *API) setPassword(ctx context.Context, in *setPasswordInput) (*none, error) {
	note(ctx, in.Name, "by an administrator")
	return nil, a.cfg.Accounts.SetPassword(ctx, in.Name, in.Body.Password, in.Body.MustChange)
}

func (a *API) rotateDevice(ctx context.Context, in *devicePath) (*credentialsOutput, error) {
	addr := protocol.Address{Commune: a.cfg.Commune, Device: in.ID}
	secret, err := a.cfg.Accounts.RotateDevice(ctx, addr)
	if err != nil {
		return nil, err
	}
	note(ctx, string(in.ID), "")
	out := &credentialsOutput{}
	out.Body.Username, out.Body.Password = addr.String(), secret
	return out, nil
}
