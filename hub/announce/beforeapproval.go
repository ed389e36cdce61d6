package announce

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// charactersPerSecond is how fast a text is read out, roughly.
const charactersPerSecond = 14

// Check looks at a draft before approval: what it would collide with, what
// forbids it and what would cure that. id is the announcement that it is of, empty
// for a new one. Nothing is made or kept.
func (s *Service) Check(ctx context.Context, id ID, d Draft) ([]Finding, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	if err := d.tidy(); err != nil {
		return nil, err
	}
	when, err := d.When.Check(now, s.cfg.Location)
	if err != nil {
		return nil, err
	}
	d.When = when
	if err := d.aimed(); err != nil {
		return nil, err
	}
	a := Announcement{ID: id, Draft: d}
	var have Announcement
	if id != "" {
		if have, err = s.Get(ctx, id); err != nil {
			return nil, err
		}
	}
	a = s.supposed(ctx, a, have)
	return CheckAnnouncement(s.checkSources(ctx, a.ID, "", a.Pieces(1, 0)), a), nil
}

// unspoken stands for the audio of a text that nobody has spoken yet.
const unspoken = "unspoken"

// supposed gives an announcement the sounds that it would have: those of the text
// as it was kept, and for one that is not spoken yet a sound of about its length.
func (s *Service) supposed(ctx context.Context, a, have Announcement) Announcement {
	a.Sound = s.suppose(ctx, Version{a.Language, a.Text, a.Audio})
	if have.Sound.SHA256 != "" && have.Language == a.Language && have.Text == a.Text && have.Audio == a.Audio {
		a.Sound = have.Sound
	}
	a.VersionSounds = nil
	for i, v := range a.Versions {
		sound := s.suppose(ctx, v)
		if i < len(have.VersionSounds) && have.Versions[i] == v {
			sound = have.VersionSounds[i]
		}
		a.VersionSounds = append(a.VersionSounds, sound)
	}
	a.OpeningSound, a.ClosingSound = s.chime(a.Opening), s.chime(a.Closing)
	return a
}

func (s *Service) suppose(ctx context.Context, v Version) protocol.Audio {
	if v.Audio == "" {
		return protocol.Audio{SHA256: unspoken, DurationMS: max(1, int64(utf8.RuneCountInString(v.Text))*1000/charactersPerSecond)}
	}
	if sound, err := s.cfg.Sounds.Find(ctx, v.Audio); err == nil {
		return sound
	}
	return protocol.Audio{SHA256: v.Audio, DurationMS: 1}
}

// CheckProgramme looks at a programme before approval; see [Service.Check].
func (s *Service) CheckProgramme(ctx context.Context, id ProgrammeID, d ProgrammeDraft) ([]Finding, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	p, err := s.formed(ctx, Programme{ID: id}, d)
	if err != nil {
		return nil, err
	}
	if err := d.Target.said(); err != nil {
		return nil, err
	}
	return CheckProgramme(s.checkSources(ctx, "", id, s.namedPieces(ctx, p)), p), nil
}

// namedPieces is the audio of the announcements that a programme names.
func (s *Service) namedPieces(ctx context.Context, p Programme) (out []protocol.Audio) {
	for _, it := range p.Items {
		if it.Announcement == "" {
			continue
		}
		if a, err := s.known(ctx, it.Announcement); err == nil {
			out = append(out, a.Pieces(1, 0)...)
		}
	}
	return out
}

// checkSources are those of the moment without what is checked itself.
func (s *Service) checkSources(ctx context.Context, self ID, programme ProgrammeID, pieces []protocol.Audio) CheckSources {
	s.mu.Lock()
	src := CheckSources{Sources: s.sources(s.cfg.Now()), Standing: map[devices.DeviceID]Standing{}}
	for _, c := range s.clusters {
		src.Standing[c.ID] = s.holding(c.ID)
	}
	s.mu.Unlock()
	rest := src.Announcements[:0]
	for _, a := range src.Announcements {
		if a.ID != self {
			rest = append(rest, a)
		}
	}
	src.Announcements = rest
	others := src.Programmes[:0]
	for _, p := range src.Programmes {
		if p.ID != programme {
			others = append(others, p)
		}
	}
	src.Programmes = others
	src.Lost = lostOf(pieces, func(sha string) bool {
		if sha == unspoken {
			return true
		}
		_, err := s.cfg.Sounds.Find(ctx, sha)
		return err == nil
	})
	return src
}

// holding is how a cluster stands with its plan; mu is held.
func (s *Service) holding(c devices.DeviceID) Standing {
	d := s.devices[c]
	return Standing{Online: d.online, Current: d.planHash != "" && d.planHash == s.hashes[c], Missing: d.missing}
}

// vet refuses an announcement against which something stands that forbids it, and
// returns in spite of what it is let out. An emergency goes out in any case. deciding
// is held.
func (s *Service) vet(ctx context.Context, a Announcement, who string) (*Override, error) {
	src := s.checkSources(ctx, a.ID, "", a.Pieces(1, 0))
	all := CheckAnnouncement(src, a)
	if a.Level == devices.Emergency {
		return overridden(all, who, src.Now), nil
	}
	return overridden(all, who, src.Now), refusal(all, src.Clusters)
}

// vetProgramme is vet for a programme.
func (s *Service) vetProgramme(ctx context.Context, p Programme, who string) (*Override, error) {
	src := s.checkSources(ctx, "", p.ID, s.namedPieces(ctx, p))
	all := CheckProgramme(src, p)
	return overridden(all, who, src.Now), refusal(all, src.Clusters)
}

// vetEdit refuses an edit that brings in something which forbids approval; what
// stood there before may stay. deciding is held.
func (s *Service) vetEdit(ctx context.Context, before, after Announcement, who string) (*Override, error) {
	src := s.checkSources(ctx, before.ID, "", after.Pieces(1, 0))
	all := CheckAnnouncement(src, after)
	if after.Level == devices.Emergency {
		return overridden(all, who, src.Now), nil
	}
	return overridden(all, who, src.Now), refusal(newer(all, CheckAnnouncement(src, before)), src.Clusters)
}

// vetProgrammeEdit is vetEdit for a programme.
func (s *Service) vetProgrammeEdit(ctx context.Context, before, after Programme, who string) (*Override, error) {
	src := s.checkSources(ctx, "", before.ID, s.namedPieces(ctx, after))
	all := CheckProgramme(src, after)
	return overridden(all, who, src.Now), refusal(newer(all, CheckProgramme(src, before)), src.Clusters)
}

// newer are the findings of which there was none of the kind before.
func newer(all, before []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool {
		return slices.ContainsFunc(before, func(b Finding) bool { return b.Code == f.Code && b.Severity == f.Severity })
	})
}

// exempts reports whether an emergency sounded in the quiet hours, which only
// an emergency may.
func (r Rules) exempts(level devices.Level, at time.Time) bool {
	return level == devices.Emergency && r.QuietHours.Contains(at)
}
