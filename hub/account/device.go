package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
	"github.com/smart-commune/smart-commune/hub/problem"
)

// EnsureDevices makes credentials for those devices that have none and returns
// their secrets, which are stored nowhere: whoever calls it hands them to the
// devices.
func (s *Service) EnsureDevices(ctx context.Context, commune devices.CommuneID, ids []devices.DeviceID) (map[devices.DeviceID]string, error) {
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	if err := s.loadKeys(ctx); err != nil {
		return nil, err
	}
	secrets := map[devices.DeviceID]string{}
	hashes := map[string]SecretHash{}
	for _, id := range ids {
		user := protocol.Address{Commune: commune, Device: id}.String()
		if _, ok := s.keys[user]; ok {
			continue
		}
		secret := newSecret()
		secrets[id], hashes[user] = secret, sha256.Sum256([]byte(secret))
	}
	if len(hashes) == 0 {
		return secrets, nil
	}
	return secrets, s.saveKeys(ctx, hashes)
}

// RotateDevice gives a device that has credentials a new secret; the old one is
// void at once.
func (s *Service) RotateDevice(ctx context.Context, a protocol.Address) (secret string, err error) {
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	if err := s.loadKeys(ctx); err != nil {
		return "", err
	}
	user := a.String()
	if _, ok := s.keys[user]; !ok {
		return "", problem.New(problem.NotFound, "device_not_found",
			"Không có cụm loa “%s”.", "There is no loudspeaker cluster \"%s\".", a.Device)
	}
	secret = newSecret()
	return secret, s.saveKeys(ctx, map[string]SecretHash{user: sha256.Sum256([]byte(secret))})
}

// RemoveDevice voids the credentials of a device. One that is on the line stays on
// it, to be told that it has nothing to play any more.
func (s *Service) RemoveDevice(ctx context.Context, a protocol.Address) error {
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	if err := s.loadKeys(ctx); err != nil {
		return err
	}
	if err := s.store.DropDeviceKey(ctx, a.String()); err != nil {
		return err
	}
	delete(s.keys, a.String())
	return nil
}

// CheckDevice reports whether the device called user ("{commune}/{device}") has
// this password. It works from memory, in constant time for devices that exist.
func (s *Service) CheckDevice(ctx context.Context, user, password string) bool {
	got := SecretHash(sha256.Sum256([]byte(password)))
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	if err := s.loadKeys(ctx); err != nil {
		s.log.Error("device credentials cannot be read", "device", user, "error", err)
		return false
	}
	want, ok := s.keys[user]
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1 && ok
}

// loadKeys reads all credentials once; only this service changes them.
func (s *Service) loadKeys(ctx context.Context) (err error) {
	if s.keys == nil {
		s.keys, err = s.store.LoadDeviceKeys(ctx)
	}
	return err
}

func (s *Service) saveKeys(ctx context.Context, hashes map[string]SecretHash) error {
	if err := s.store.SaveDeviceKeys(ctx, hashes); err != nil {
		return err
	}
	for user, h := range hashes {
		s.keys[user] = h
		s.rotated(user)
	}
	return nil
}
