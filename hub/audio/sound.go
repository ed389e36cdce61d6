// Package audio owns everything that can be heard: it takes in uploaded files,
// speaks texts, brings both to one loudness and one delivery format, and keeps
// them in a media store under the SHA-256 of their content.
//
// It guarantees that every [Sound] it hands out is a FLAC file (mono, 16 bit,
// [protocol.SampleRate]) of [TargetLUFS] ±1 LU with a true peak of at most
// [MaxTruePeak], is durable on disk, and never changes. An upload is bounded in
// bytes, length and time, is read by FFmpeg as a single local file of a known
// audio format, and can make FFmpeg open neither another file nor the network.
package audio

import "github.com/smart-commune/smart-commune/devices/protocol"

// The loudness of everything that is delivered, by ITU-R BS.1770 and EBU R 128.
const (
	TargetLUFS  = -16.0 // integrated, ±1 LU
	MaxTruePeak = -1.0  // dBTP
)

// Sound is one piece of audio in the store with its measured loudness.
type Sound struct {
	protocol.Audio
	LUFS         float64 `json:"lufs"`           // integrated loudness
	TruePeakDBTP float64 `json:"true_peak_dbtp"` // dBTP
}
