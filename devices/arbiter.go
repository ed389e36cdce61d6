package devices

import "time"

// Item is one occurrence of an announcement that wants to sound on a cluster.
type Item struct {
	ID    string
	Level Level
	// Live marks a live page: it stands between emergency and priority.
	Live bool
	// Order is the place that a user gave the item among its equals; a lower
	// one sounds first.
	Order int
	Start time.Time
	// Deadline is the instant after which the item is no longer begun.
	Deadline time.Time
	// Fate is what becomes of the item when a more urgent one interrupts it.
	Fate Fate
}

// rank orders items by urgency: emergency > live page > priority > normal.
func (it Item) rank() int {
	switch {
	case it.Level == Emergency:
		return 3
	case it.Live:
		return 2
	case it.Level == Priority:
		return 1
	}
	return 0
}

// supersedes reports whether a takes the air from b that sounds: it is more
// urgent, or the newer of two emergencies, which must be heard at once while the
// older has been heard.
func (it Item) supersedes(other Item) bool {
	if it.rank() != other.rank() {
		return it.rank() > other.rank()
	}
	return it.Level == Emergency && it.Start.After(other.Start)
}

// precedes reports whether a sounds before b when both are due and neither has
// begun.
func (it Item) precedes(other Item) bool {
	if it.supersedes(other) || other.supersedes(it) {
		return it.supersedes(other)
	}
	if it.Order != other.Order {
		return it.Order < other.Order
	}
	if !it.Start.Equal(other.Start) {
		return it.Start.Before(other.Start)
	}
	return it.ID < other.ID
}

// Decision is what a cluster does now.
type Decision struct {
	// Play is the item to sound, nil for silence. It is the current item when
	// that goes on.
	Play *Item
	// Interrupt says that the current item gives way to Play; its Fate tells
	// what becomes of it.
	Interrupt bool
	// Wake is the next instant at which the decision can change by itself, zero
	// when it cannot.
	Wake time.Time
	// Missed are the waiting items whose deadline passed before they could be
	// begun.
	Missed []Item
}

// Arbitrate decides what a cluster does at the instant now, given the item that
// sounds (nil for silence) and the items that wait. An item that sounds gives
// way only to one of a higher urgency: among equals the one that has begun is
// finished first. An emergency also gives way to a newer one.
func Arbitrate(now time.Time, current *Item, waiting []Item) Decision {
	var d Decision
	wake := func(t time.Time) {
		if t.After(now) && (d.Wake.IsZero() || t.Before(d.Wake)) {
			d.Wake = t
		}
	}
	var best *Item
	for i := range waiting {
		it := &waiting[i]
		if current != nil && it.ID == current.ID {
			continue
		}
		if it.Start.After(now) {
			wake(it.Start)
			continue
		}
		if now.After(it.Deadline) {
			d.Missed = append(d.Missed, *it)
			continue
		}
		if best == nil || it.precedes(*best) {
			best = it
		}
	}
	switch {
	case current == nil:
		d.Play = best
	case best != nil && best.supersedes(*current):
		d.Play, d.Interrupt = best, true
	default:
		d.Play = current
		if best != nil {
			wake(best.Deadline.Add(1))
		}
	}
	return d
}
