//go:build !nosound

package otoout

import (
	"errors"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/jfreymuth/pulse/proto"
)

// pulse asks a PulseAudio (or PipeWire) server how long this program's sound
// takes there. ALSA's plugin for it tells the same, but from a forecast that is
// wrong by milliseconds for seconds on a busy machine.
type pulse struct {
	client *proto.Client
	conn   net.Conn
	stream uint32 // our sink input
}

var errNoStream = errors.New("PulseAudio plays nothing of this program")

// openPulse fails when there is no such server, or this program's sound does
// not go there.
func openPulse() (*pulse, error) {
	client, conn, err := proto.Connect("")
	if err != nil {
		return nil, err
	}
	client.Callback = func(any) {} // the library calls it when the server ends
	p := &pulse{client: client, conn: conn}
	props := proto.PropList{"application.name": proto.PropListString("latency of " + strconv.Itoa(os.Getpid()))}
	if err = client.Request(&proto.SetClientName{Props: props}, &proto.SetClientNameReply{}); err == nil {
		err = p.find()
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return p, nil
}

func (p *pulse) close() { _ = p.conn.Close() }

func (p *pulse) find() error {
	var all proto.GetSinkInputInfoListReply
	if err := p.client.Request(&proto.GetSinkInputInfoList{}, &all); err != nil {
		return err
	}
	pid := strconv.Itoa(os.Getpid())
	for _, s := range all {
		if s.Properties["application.process.id"].String() == pid {
			p.stream = s.SinkInputIndex
			return nil
		}
	}
	return errNoStream
}

// latency is how long what the server has got takes until the last of it is
// heard, at an instant that is known but for what the question took.
func (p *pulse) latency() (at time.Time, latency, took time.Duration, err error) {
	begun := time.Now()
	var s proto.GetSinkInputInfoReply
	if err := p.client.Request(&proto.GetSinkInputInfo{SinkInputIndex: p.stream}, &s); err != nil {
		return begun, 0, 0, err
	}
	took = time.Since(begun)
	return begun.Add(took / 2), time.Duration(s.SinkInputLatency+s.SinkLatency) * time.Microsecond, took, nil
}
