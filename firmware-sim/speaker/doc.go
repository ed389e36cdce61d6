// Package speaker is the firmware of one loudspeaker cluster. It speaks the
// contract of package protocol with the hub, keeps its plan and the audio of it
// on disk, plays both by its own disciplined clock, and reports what it
// sounded and measured.
//
// It guarantees:
//   - A planned item needs no link: plan and audio lie under Config.Dir, whole
//     (written beside, synced, renamed) and verified by SHA-256.
//   - Every item sounds to its end once, across restarts: the report of a play
//     and the mark that its item is done are one record, synced before the hub
//     hears of it. A play that a loss of power cut is reported as interrupted
//     with the reason power_lost and goes on as its fate says.
//   - A report of a play is kept until a receipt names it; readings likewise,
//     at most the newest seven days of them.
//   - A command is carried out once for each id, and never after its expiry.
//
// Nothing in here is simulation: samples go to an [Output], measurements come
// from [Sensors], connections from Config.Dial. The same package is meant to
// run on a board with an amplifier behind it.
//
// An interrupted item has as much time to go on as it had to begin: counted
// from the instant it was cut, Deadline minus Start, and never less than until
// its Deadline.
package speaker
