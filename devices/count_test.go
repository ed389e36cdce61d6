package devices

import "testing"

func TestHowAPlayCounts(t *testing.T) {
	for _, c := range []struct {
		result  Result
		sounded bool
		reason  string
		want    Count
	}{
		{Played, true, "", InFull},
		{Played, true, "emergency_exempt", InFull},
		{Stopped, true, "stopped", InPart},
		{Stopped, true, "muted", InPart},
		{Stopped, true, "heard_whole", InFull},
		{Stopped, true, "heard_whole; emergency_exempt", InFull},
		{Stopped, true, "not heard_whole", InPart},
		{Stopped, false, "stopped", Withdrawn},
		{Stopped, false, "cancelled", Withdrawn},
		{Interrupted, true, "preempted", NotPlayed},
		{Failed, true, "output", NotPlayed},
		{Missed, false, "power_lost", NotPlayed},
		{Unreported, false, "no_report", NotPlayed},
	} {
		if got := CountOf(c.result, c.sounded, c.reason); got != c.want {
			t.Errorf("%s, sounded %v, %q counts as %s, want %s", c.result, c.sounded, c.reason, got, c.want)
		}
	}
}
