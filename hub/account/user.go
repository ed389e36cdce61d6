// Package account owns who may do what: users with their roles and sessions,
// the credentials of devices, and the audit log of every action.
package account

import "time"

// Role is what a user is in the commune.
type Role string

// The roles.
const (
	Broadcaster Role = "broadcaster" // cán bộ truyền thanh: makes announcements
	Approver    Role = "approver"    // lãnh đạo: approves them
	Police      Role = "police"      // công an xã: the only one to see pictures
	Technician  Role = "technician"  // tổ ứng cứu kỹ thuật: devices and their readings
	Admin       Role = "admin"       // people, devices, settings; no pictures
)

// Permission is one thing that a role may be allowed to do.
type Permission string

// The permissions.
const (
	CanAnnounce   Permission = "announce"  // create, cancel and stop announcements
	CanApprove    Permission = "approve"   // approve or return them
	CanSeePicture Permission = "picture"   // see what a camera sees
	CanEditPlace  Permission = "inventory" // change villages and devices
	CanManage     Permission = "users"     // users and device credentials
	CanReadAudit  Permission = "audit"     // read the audit log
	CanOperate    Permission = "operate"   // set volume, stop
)

// User is a person with an account.
type User struct {
	Name        string     `json:"name"` // login name, unique
	DisplayName string     `json:"display_name"`
	Role        Role       `json:"role" enum:"broadcaster,approver,police,technician,admin"`
	Disabled    bool       `json:"disabled,omitempty"`
	CreatedAt   time.Time  `json:"created_at"`
	LastLoginAt *time.Time `json:"last_login_at,omitempty"`
	// MustChangePassword is set for the one-time password of the first admin.
	MustChangePassword bool `json:"must_change_password,omitempty"`
}

// AuditEntry is one action: who did what to what, when and from where.
type AuditEntry struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`            // user name, device or "cli"
	From   string    `json:"from,omitempty"` // remote address
	Action string    `json:"action"`         // for example "announcement.create"
	Object string    `json:"object,omitempty"`
	Detail string    `json:"detail,omitempty"`
}

// Roles returns every role.
func Roles() []Role { return []Role{Broadcaster, Approver, Police, Technician, Admin} }

// PermissionsOf returns what a role may do. Nobody but the police sees pictures.
func PermissionsOf(r Role) []Permission {
	switch r {
	case Broadcaster:
		return []Permission{CanAnnounce, CanOperate}
	case Approver:
		return []Permission{CanAnnounce, CanApprove, CanOperate}
	case Police:
		return []Permission{CanSeePicture}
	case Technician:
		return []Permission{CanEditPlace, CanOperate}
	case Admin:
		return []Permission{CanAnnounce, CanApprove, CanEditPlace, CanManage, CanReadAudit, CanOperate}
	}
	return []Permission{}
}

// Identity is who sends a request and what they may do.
type Identity struct {
	User
	Permissions []Permission
}
