// Package accelerated plays weeks of a commune in seconds: the real announcing
// and its real store, and the real firmware of every cluster on its own disk,
// in a bubble of fake time, joined by a broker in memory that can be away. It
// holds no product code.
package accelerated
