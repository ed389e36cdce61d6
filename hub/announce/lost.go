package announce

import (
	"context"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// lookForLost is how often the audio of what is to sound is looked for, and
	// lookAgain how soon after that at the earliest.
	lookForLost = 24 * time.Hour
	lookAgain   = time.Minute
)

// remake makes speech again that was lost on disk, so that a device which does not
// hold it yet finds it: when the hub starts, every day, and when a device misses
// some. Of a recording that was lost the log tells; where it is missing when it is
// to sound, the journal does.
func (s *Service) remake(ctx context.Context) error {
	told := map[ID]bool{}
	for {
		looked := s.cfg.Now()
		for _, a := range s.soundless(ctx) {
			switch made, err := s.dress(ctx, a); {
			case ctx.Err() != nil:
				return ctx.Err()
			case err == nil && s.dressed(ctx, made):
				s.remade(ctx, a, made)
			case !told[a.ID]:
				told[a.ID] = true
				s.cfg.Log.Error("the audio of an announcement is lost", "announcement", a.ID, "title", a.Title, "error", err)
			}
		}
		rest := time.NewTimer(lookAgain)
		select {
		case <-ctx.Done():
			rest.Stop()
			return ctx.Err()
		case <-rest.C:
		}
		if err := s.wakeRemaker.wait(ctx, s.cfg.Now, looked, looked.Add(lookForLost)); err != nil {
			return err
		}
	}
}

// soundless are the announcements that are to sound and of which something is lost.
func (s *Service) soundless(ctx context.Context) (lost []Announcement) {
	s.mu.Lock()
	for _, a := range s.active {
		if a.Alert == nil { // that one has its own voice
			lost = append(lost, *a)
		}
	}
	s.mu.Unlock()
	return slices.DeleteFunc(lost, func(a Announcement) bool { return s.dressed(ctx, a) })
}

// remade puts what was made again in the place of what was lost. A voice that was
// changed since says the same words another way.
func (s *Service) remade(ctx context.Context, lost, made Announcement) {
	s.cfg.Log.Warn("lost speech was made again", "announcement", lost.ID, "title", lost.Title)
	if sameSounds(lost, made) {
		return
	}
	_, err := s.decide(ctx, lost.ID, func(a Announcement) (Announcement, error) {
		if a.Over() || a.Revision != lost.Revision || !sameSounds(a, lost) {
			return a, nil // somebody has changed it meanwhile
		}
		a.Sound, a.VersionSounds, a.OpeningSound, a.ClosingSound = made.Sound, made.VersionSounds, made.OpeningSound, made.ClosingSound
		return a, s.save(ctx, a, nil)
	})
	if err != nil {
		s.cfg.Log.Error("speech that was made again is not kept", "announcement", lost.ID, "error", err)
	}
}

func sameSounds(a, b Announcement) bool {
	return slices.EqualFunc(a.Pieces(1, 0), b.Pieces(1, 0), func(x, y protocol.Audio) bool { return x.SHA256 == y.SHA256 })
}
