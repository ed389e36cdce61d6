package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/smart-commune/smart-commune/hub/problem"
)

// The cost of a password's hash, by OWASP's advice for argon2id.
const (
	argonMemory  = 19 << 10 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes

	// maxHashes is how many hashes are computed at once: each takes 19 MiB, and
	// the whole hub is to stay under 80 MB.
	maxHashes = 2

	minPassword = 8   // characters
	maxPassword = 256 // bytes
)

// hasher computes password hashes, a few at a time.
type hasher struct {
	slots chan struct{}
	// decoy is a hash that no password has, so that a login of an unknown name
	// takes as long as any other.
	decoy func() string
}

func newHasher() *hasher {
	return &hasher{
		slots: make(chan struct{}, maxHashes),
		decoy: sync.OnceValue(func() string {
			return phc(randomBytes(argonSalt), randomBytes(argonKey))
		}),
	}
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// hash returns the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := randomBytes(argonSalt)
	key, err := h.key(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return phc(salt, key), nil
}

// matches reports whether password has the given PHC string.
func (h *hasher) matches(ctx context.Context, password, encoded string) (bool, error) {
	salt, want, err := parsePHC(encoded)
	if err != nil {
		return false, err
	}
	got, err := h.key(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (h *hasher) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() {
		<-h.slots
		if len(h.slots) == 0 {
			// Logins are rare: give the memory back rather than keep it for the next.
			debug.FreeOSMemory()
		}
	}()
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey), nil
}

func phcPrefix() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonThreads)
}

func phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return phcPrefix() + b64.EncodeToString(salt) + "$" + b64.EncodeToString(key)
}

func parsePHC(s string) (salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(s, phcPrefix())
	if !ok {
		return nil, nil, fmt.Errorf("password hash does not begin with %s", phcPrefix())
	}
	b64 := base64.RawStdEncoding
	saltText, keyText, _ := strings.Cut(rest, "$")
	if salt, err = b64.DecodeString(saltText); err != nil {
		return nil, nil, fmt.Errorf("salt of password hash: %w", err)
	}
	if key, err = b64.DecodeString(keyText); err != nil || len(key) != argonKey {
		return nil, nil, fmt.Errorf("password hash is damaged")
	}
	return salt, key, nil
}

// checkPassword reports why password is too weak for the user called name.
func checkPassword(name, password string) error {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return problem.New(problem.Invalid, "password_too_short",
			"Mật khẩu quá ngắn: cần ít nhất %d ký tự.", "The password is too short: use at least %d characters.", minPassword).At("password")
	case len(password) > maxPassword:
		return problem.New(problem.Invalid, "password_too_long",
			"Mật khẩu quá dài: tối đa %d byte.", "The password is too long: use at most %d bytes.", maxPassword).At("password")
	case strings.EqualFold(strings.TrimSpace(password), name):
		return problem.New(problem.Invalid, "password_is_name",
			"Mật khẩu không được trùng với tên đăng nhập.", "The password must differ from the login name.").At("password")
	}
	return nil
}

// NewOneTimePassword returns a password of 80 random bits that is easy to read
// aloud: four groups of four characters, without those that look alike.
func NewOneTimePassword() string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789x" // 32
	var sb strings.Builder
	for i, b := range randomBytes(16) {
		if i > 0 && i%4 == 0 {
			sb.WriteByte('-')
		}
		sb.WriteByte(alphabet[b%32])
	}
	return sb.String()
}
