package speaker

import (
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/smart-commune/smart-commune/devices"
	"github.com/smart-commune/smart-commune/devices/protocol"
)

// fill lets a process write nothing any more, as a full disk does, or again.
func (r *running) fill(full bool) {
	r.t.Helper()
	const fileSize = 1 // RLIMIT_FSIZE
	limit := syscall.Rlimit{Cur: ^uint64(0), Max: ^uint64(0)}
	if full {
		limit.Cur = 0
	}
	if _, _, err := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(r.cmd.Process.Pid), fileSize, uintptr(unsafe.Pointer(&limit)), 0, 0, 0); err != 0 {
		r.t.Fatalf("limit the process: %v", err)
	}
}

// TestDiskThatTakesNothing fills the disk under a device. It must go on to sound and to
// report, say what it could not sound, and forget and repeat nothing once the disk
// takes again what is written.
func TestDiskThatTakesNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	dir := t.TempDir()
	d := h.startProcess(dir, "")
	h.online()
	audio := h.add(tone(440, 300*time.Millisecond))
	first := planOf(item("ke-hoach-1", time.Now().Add(8*time.Second), audio))
	h.send(protocol.ChannelPlan, first)
	awaitFor(t, h.states, "the plan", func(s protocol.State) bool { return s.PlanHash == first.Hash && len(s.Missing) == 0 })

	d.fill(true)
	command := playNow("c-1", item("lenh", time.Now(), audio))
	h.send(protocol.ChannelCommand, command)
	h.ack("c-1", protocol.OutcomeFinished)
	h.play("lenh@1", devices.Played)
	h.play("ke-hoach-1@1", devices.Played)
	// A newer plan is followed, but not told to be held; audio that is not there yet
	// cannot come.
	lost := item("thieu", time.Now().Add(4*time.Second), h.add(tone(880, 300*time.Millisecond)))
	lost.Deadline = lost.Start.Add(time.Second)
	second := planOf(item("ke-hoach-2", time.Now().Add(7*time.Second), audio), lost)
	h.send(protocol.ChannelPlan, second)
	if p := h.play("thieu@1", devices.Failed); p.Reason != protocol.ReasonAudioMissing {
		t.Errorf("what could not be fetched is reported as %+v", p)
	}
	h.play("ke-hoach-2@1", devices.Played)
	// The link comes back as a new session though its number cannot be noted.
	addr := strings.TrimPrefix(h.mqtt, "tcp://")
	before := h.lastSession()
	h.stopBroker()
	h.startBroker(addr)
	awaitFor(t, h.states, "the next session", func(s protocol.State) bool {
		if s.PlanHash == second.Hash {
			t.Error("the device tells that it holds a plan that is not on its disk")
		}
		return s.Online && s.Session > before
	})

	d.fill(false)
	h.send(protocol.ChannelPlan, second) // the broker has forgotten it
	awaitFor(t, h.states, "the plan on disk", func(s protocol.State) bool { return s.PlanHash == second.Hash })
	d.end(syscall.SIGKILL)
	for len(h.plays) > 0 {
		<-h.plays
	}
	before = h.lastSession()
	h.startProcess(dir, "")
	awaitFor(t, h.states, "the device after a restart", func(s protocol.State) bool { return s.Online && s.Session > before })
	h.send(protocol.ChannelCommand, command)
	h.ack("c-1", protocol.OutcomeFinished)
	h.send(protocol.ChannelCommand, playNow("c-2", item("sau", time.Now(), audio)))
	if p := awaitFor(t, h.plays, "a play", anything); p.Occurrence != "sau@1" {
		t.Errorf("after the restart %s is reported as %s %s", p.Occurrence, p.Result, p.Reason)
	}
}

// lastSession is the greatest session told by now.
func (h *hub) lastSession() (session int64) {
	for {
		select {
		case s := <-h.states:
			session = max(session, s.Session)
		default:
			return session
		}
	}
}

// TestDiskThatIsNearlyFull leaves room on the disk for a little more than one of three
// pieces of audio: what is needed last goes.
func TestDiskThatIsNearlyFull(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	a, b, c := h.add(tone(400, time.Second)), h.add(tone(500, time.Second)), h.add(tone(600, time.Second))
	dir := t.TempDir()
	room := a.Bytes + b.Bytes + c.Bytes/2
	h.start(dir, &Silent{}, func(cfg *Config) {
		cfg.free = func(dir string) (int64, bool) { return diskReserve + room - sizeOf(t, dir), true }
	})
	later := time.Now().Add(time.Hour)
	spare := planOf(item("a", later, a), item("b", later, b))
	h.send(protocol.ChannelPlan, spare)
	awaitFor(t, h.states, "two that fit", func(s protocol.State) bool { return s.PlanHash == spare.Hash && len(s.Missing) == 0 })
	tight := planOf(item("b", later, b), item("c", later.Add(time.Minute), c), item("a", later.Add(2*time.Minute), a))
	h.send(protocol.ChannelPlan, tight)
	awaitFor(t, h.states, "one that does not fit", func(s protocol.State) bool {
		return s.PlanHash == tight.Hash && len(s.Missing) == 1 && s.Missing[0] == a.SHA256
	})
}
