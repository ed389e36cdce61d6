package announce

import "fmt"

// Approval is who must agree before something sounds.
type Approval string

// The modes of approval.
const (
	// TwoPerson asks for an approver who is not the creator. An emergency that an
	// approver makes goes out at once.
	TwoPerson Approval = "two-person"
	// OnePerson lets everyone who may announce decide alone.
	OnePerson Approval = "one-person"
)

// ParseApproval reads a mode of approval.
func ParseApproval(s string) (Approval, error) {
	switch a := Approval(s); a {
	case TwoPerson, OnePerson:
		return a, nil
	}
	return "", fmt.Errorf("unknown mode of approval %q: use %s, %s", s, TwoPerson, OnePerson)
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (a *Approval) UnmarshalText(text []byte) (err error) {
	*a, err = ParseApproval(string(text))
	return err
}
