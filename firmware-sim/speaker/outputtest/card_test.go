package outputtest

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCard(t *testing.T) {
	for name, ppm := range map[string]float64{"right": 0, "fast": 120, "slow": -120} {
		t.Run(name, func(t *testing.T) {
			Suite(func(name string, test func(*testing.T, Timed)) {
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { test(t, NewCard(80*time.Millisecond, ppm)) })
				})
			}, 20*time.Millisecond)
		})
	}
}

func TestCardHearsWhatWasWrittenWhenItSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewCard(80*time.Millisecond, 0)
		at := c.Begin(time.Now().Add(time.Second))
		if err := c.Write(t.Context(), []int16{1, 2, 3}); err != nil {
			t.Fatal(err)
		}
		if err := c.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []int16
		Find(c.Sounds(), 0, func(heard time.Time, v int16) {
			if off := heard.Sub(at) - time.Duration(len(got))*sample; off.Abs() > sample {
				t.Errorf("sample %d was heard %s off", len(got), off)
			}
			got = append(got, v)
		})
		if !slices.Equal(got, []int16{1, 2, 3}) {
			t.Errorf("%v was heard", got)
		}
	})
}
