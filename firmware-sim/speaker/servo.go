package speaker

import "time"

const (
	pull     = 0.3             // of the lateness, made up for in a second
	learning = pull * pull / 4 // of the lateness, learnt in a second squared
	learnt   = 1e-3            // seconds; more is no matter of the crystal
	worst    = 300e-6          // crystal
	fastest  = 500e-6          // away from the recorded speed: nobody hears that
	// What is out of step by more seconds than gross for so many steps in a row,
	// about a second, is made up for at once: that is heard less than an echo.
	gross    = 5e-3
	grossFor = 20
)

// servo makes up for how far a play is out of step by the speed that it is
// played at, and learns by how much the card's crystal is off. All is in seconds
// and seconds per second.
type servo struct {
	crystal float64 // what the card is slower by than the hub's clock
	seen    int     // gross lateness in a row
}

// step takes by how much the play is late (negative: early), and for how long
// the next samples sound. It returns by how much faster than recorded it shall be
// played, and what is to be made up for at once.
func (s *servo) step(late float64, lasts time.Duration) (faster, leap float64) {
	if late > gross || late < -gross {
		if s.seen++; s.seen >= grossFor {
			s.seen = 0
			return s.crystal, late
		}
	} else {
		s.seen = 0
	}
	if late < learnt && late > -learnt {
		s.crystal = limit(s.crystal+learning*late*lasts.Seconds(), worst)
	}
	return limit(s.crystal+pull*late, fastest), 0
}

func limit(v, most float64) float64 { return min(max(v, -most), most) }
