package speaker

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/smart-commune/smart-commune/devices/protocol"
)

const (
	// journalSize is the size in bytes beyond which the journal is written
	// anew without what is no longer needed.
	journalSize = 1 << 20
	// remember is how long a command is remembered after its expiry, and a done
	// item after its deadline.
	remember = 48 * time.Hour
	// rememberAtLeast is how many of each are remembered whatever the clock
	// says, so that a clock that jumped ahead does not make the device forget.
	rememberAtLeast = 1000
)

// note is one line of the journal; one of its fields is set.
type note struct {
	Command *commandNote `json:"command,omitempty"`
	Outcome *outcomeNote `json:"outcome,omitempty"`
	Play    *playNote    `json:"play,omitempty"`
	Done    *doneNote    `json:"done,omitempty"`
	Receipt []string     `json:"receipt,omitempty"`
}

// commandNote is a command that was accepted, with how far it came.
type commandNote struct {
	Command protocol.Command `json:"command"`
	outcomeNote
}

type outcomeNote struct {
	ID      string           `json:"id"`
	Outcome protocol.Outcome `json:"outcome"`
	Reason  string           `json:"reason,omitempty"`
	// Measured is what a self-test found.
	Measured *protocol.Measured `json:"measured,omitempty"`
}

// final reports whether nothing more comes of a command.
func (o outcomeNote) final() bool {
	return o.Outcome != protocol.OutcomeReceived && o.Outcome != protocol.OutcomeStarted
}

// playNote is the report of a play and, in the same record, whether its item is
// done with.
type playNote struct {
	Play protocol.Play `json:"play"`
	Done *doneNote     `json:"done,omitempty"`
}

type doneNote struct {
	Occurrence string    `json:"occurrence"`
	Deadline   time.Time `json:"deadline"`
}

// journal is what the device remembers of commands and plays. It belongs to
// one goroutine.
type journal struct {
	file     *recordFile
	commands []*commandNote // in order of arrival
	plays    []protocol.Play
	done     []doneNote
	isDone   map[string]bool
	// unwritten is what the disk has not taken yet.
	unwritten []note
}

func openJournal(path string) (*journal, error) {
	j := &journal{isDone: map[string]bool{}}
	var err error
	j.file, err = openRecords(path, func(data []byte) {
		var n note
		if json.Unmarshal(data, &n) == nil {
			j.apply(n)
		}
	})
	return j, err
}

// apply changes the memory as the note says.
func (j *journal) apply(n note) {
	switch {
	case n.Command != nil:
		j.commands = append(j.commands, n.Command)
	case n.Outcome != nil:
		if c := j.command(n.Outcome.ID); c != nil {
			c.outcomeNote = *n.Outcome
		}
	case n.Play != nil:
		j.plays = append(j.plays, n.Play.Play)
		j.markDone(n.Play.Done)
	case n.Done != nil:
		j.markDone(n.Done)
	case n.Receipt != nil:
		j.plays = slices.DeleteFunc(j.plays, func(p protocol.Play) bool { return slices.Contains(n.Receipt, p.ID) })
	}
}

func (j *journal) markDone(d *doneNote) {
	if d != nil && !j.isDone[d.Occurrence] {
		j.isDone[d.Occurrence] = true
		j.done = append(j.done, *d)
	}
}

// add applies a note and makes it durable. A note that the disk does not take holds
// all the same, as long as there is power; flush tries it again.
func (j *journal) add(n note) error {
	j.apply(n)
	j.unwritten = append(j.unwritten, n)
	return j.flush()
}

// flush writes what waits to be written, in order.
func (j *journal) flush() error {
	for len(j.unwritten) > 0 {
		if err := j.file.append(j.unwritten[0]); err != nil {
			return err
		}
		j.unwritten = j.unwritten[1:]
	}
	return nil
}

// command returns the newest note of a command, nil for an unknown one.
func (j *journal) command(id string) *commandNote {
	for _, c := range slices.Backward(j.commands) {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// knows reports whether a play waits here for its receipt.
func (j *journal) knows(play string) bool {
	return slices.ContainsFunc(j.plays, func(p protocol.Play) bool { return p.ID == play })
}

// receive forgets the plays that the hub has stored.
func (j *journal) receive(ids []string) error {
	known := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return !j.knows(id)
	})
	if len(known) == 0 {
		return nil
	}
	return j.add(note{Receipt: known})
}

// compact writes the journal anew once it has grown large. keep says which
// occurrences may still come up.
func (j *journal) compact(now time.Time, keep func(occurrence string) bool) error {
	if j.file.size < journalSize {
		return nil
	}
	old := func(i, n int, until time.Time) bool { return n-i > rememberAtLeast && now.After(until.Add(remember)) }
	commands := j.commands[:0:0]
	for i, c := range j.commands {
		if !c.final() || !old(i, len(j.commands), c.Command.ExpiresAt) {
			commands = append(commands, c)
		}
	}
	done := j.done[:0:0]
	for i, d := range j.done {
		if keep(d.Occurrence) || !old(i, len(j.done), d.Deadline) {
			done = append(done, d)
		}
	}
	records := make([]any, 0, len(commands)+len(done)+len(j.plays))
	for _, c := range commands {
		records = append(records, note{Command: c})
	}
	for _, d := range done {
		records = append(records, note{Done: &d})
	}
	for _, p := range j.plays {
		records = append(records, note{Play: &playNote{Play: p}})
	}
	if err := j.file.rewrite(records); err != nil {
		return err
	}
	j.commands, j.done, j.unwritten = commands, done, nil
	j.isDone = make(map[string]bool, len(done))
	for _, d := range done {
		j.isDone[d.Occurrence] = true
	}
	return nil
}

func (j *journal) close() error { return j.file.close() }
